import type { RequestHandler } from 'express';
import { type Problem, problem } from '../problem.js';

/** Levels of members and items that a body may have; what walks it recursively must not run out of stack. */
const DEEPEST = 64;

/**
 * Refuses paths and queries with texts that the database cannot hold, the character NUL and surrogates without their
 * partner, before anything else reads them.
 */
export const refuseUnstorableUrl: RequestHandler = (request, _response, next) => {
  checkUrl(request.url);
  next();
};

/** Whether PostgreSQL takes the text, as text and inside of jsonb. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

function checkUrl(url: string): void {
  let decoded: string;
  try {
    decoded = decodeURIComponent(url);
  } catch {
    throw problem('bad-request', { detail: 'The path or the query is not percent-encoded UTF-8.' });
  }
  if (!isStorable(decoded)) throw problem('text-not-storable', { in: 'url' });
}

/** Refuses the same in bodies, in members' names too, unless any text will do; and bodies of too many levels. */
export function demandStorable(body: unknown, { anyText }: { anyText: boolean }): void {
  const fits = anyText ? () => true : isStorable;
  // Level by level, without recursion.
  let level = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) throw problem('bad-request', { detail: `The body has more than ${DEEPEST} levels.` });
    const below: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'string' && !fits(value)) throw inBody();
      if (typeof value !== 'object' || value === null) continue;
      if (!Array.isArray(value) && !Object.keys(value).every(fits)) throw inBody();
      for (const member of Object.values(value)) below.push(member);
    }
    level = below;
  }
}

function inBody(): Problem {
  return problem('text-not-storable', { in: 'body' });
}
