import { randomBytes } from 'node:crypto';

const OPERATOR_BYTES = 16;
const SECRET_BYTES = 16;

/**
 * What opens something of an operator to whoever holds it: its id, so that it is found among that operator's rows, and
 * 128 bits that nobody guesses.
 */
export function newReference(operatorId: string): string {
  const operator = Buffer.from(operatorId.replaceAll('-', ''), 'hex');
  return Buffer.concat([operator, randomBytes(SECRET_BYTES)]).toString('base64url');
}

/** Undefined for what is no reference. */
export function operatorOf(reference: string): string | undefined {
  if (!/^[\w-]{43}$/.test(reference)) return undefined;
  const hex = Buffer.from(reference, 'base64url').subarray(0, OPERATOR_BYTES).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** Of a token: as long as OCPP 1.6 allows, of letters that stations do not change. 100 bits. */
export function newTokenUid(): string {
  return [...randomBytes(20)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}

/** When something was made whose id is a UUIDv7. */
export function createdAt(id: string): Date {
  return new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
}
