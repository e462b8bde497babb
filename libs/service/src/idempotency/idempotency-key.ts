import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { problem } from '../problem.js';

export const IDEMPOTENCY_KEY = 'idempotency-key';
/** As the draft has it, a string of RFC 8941 in quotes; most clients leave the quotes out. */
const QUOTED = /^"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"$/;
const BARE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x7e]{1,255}$/;

/** The key that a request is sent under; undefined if under none. */
export function idempotencyKeyOf({ headers }: Request): string | undefined {
  const said = headers[IDEMPOTENCY_KEY];
  if (said === undefined) return undefined;
  const text = String(said);
  const [, quoted] = QUOTED.exec(text) ?? [];
  if (quoted !== undefined) return quoted;
  if (BARE.test(text)) return text;
  throw problem('bad-request', {
    detail: 'Idempotency-Key is not a text of 1 to 255 printable characters, in quotes.',
  });
}

/** What two sendings of a request have in common, and no other request under the same key. */
export function fingerprintOf({ method, originalUrl, body }: Request<object, unknown, unknown>): string {
  const sent = Buffer.isBuffer(body) ? body : JSON.stringify(body ?? null);
  return createHash('sha256').update(`${method} ${originalUrl}\n`).update(sent).digest('hex');
}
