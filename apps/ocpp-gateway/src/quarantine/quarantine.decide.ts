import { hash } from 'node:crypto';
import { isTransactionId } from '../transaction-ids/transaction-id.js';

const TRANSACTION_ID_LENGTH_MAX = 255;

/**
 * The id of a kept message, the same for every sending of it (a UUID of its digest, RFC 9562 §5.8). A station without a
 * clock may say the very same of two transactions: after another start it is another message.
 */
export function quarantineIdOf(message: {
  operatorId: string;
  stationId: string;
  action: string;
  payload: string;
  latestStart: number | null;
}): string {
  const { operatorId, stationId, action, payload, latestStart } = message;
  const digest = hash('sha256', JSON.stringify([operatorId, stationId, action, latestStart, payload]));
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const version8 = [digest.slice(0, 8), digest.slice(8, 12), `8${digest.slice(13, 16)}`];
  return [...version8, `${variant}${digest.slice(17, 20)}`, digest.slice(20, 32)].join('-');
}

/** Actions that name a transaction and say nothing of what it used: its session goes on without them. */
const BESIDE_SESSIONS: ReadonlySet<string> = new Set(['NotifySettlement']);

/** The transaction whose session waits for a kept message, if there is one. */
export function transactionWaitingFor(action: string, payload: unknown, answer: object = {}): string | undefined {
  return BESIDE_SESSIONS.has(action) ? undefined : transactionOf(payload, answer);
}

/** The transaction of an unreadable message: the id in its answer, or the one that it names. */
export function transactionOf(payload: unknown, answer: object = {}): string | undefined {
  const { transactionId: given } = answer as { transactionId?: unknown };
  if (given !== undefined) return readable(given);
  if (typeof payload !== 'object' || payload === null) return undefined;
  const message = payload as { transactionId?: unknown; transactionInfo?: { transactionId?: unknown } | null };
  return message.transactionInfo ? readable(message.transactionInfo.transactionId) : readable16(message.transactionId);
}

/** An id of OCPP 1.6, which is a number, also where it is written as text. */
function readable16(transactionId: unknown): string | undefined {
  const isNumber = typeof transactionId === 'string' && /^-?\d{1,36}$/.test(transactionId);
  return readable(isNumber ? Number(transactionId) : transactionId);
}

function readable(transactionId: unknown): string | undefined {
  if (typeof transactionId === 'number') return isTransactionId(transactionId) ? String(transactionId) : undefined;
  if (typeof transactionId !== 'string' || /\p{Cc}/u.test(transactionId)) return undefined;
  const length = transactionId.length;
  return length > 0 && length <= TRANSACTION_ID_LENGTH_MAX && !/^(?:0|-\d+)$/.test(transactionId)
    ? transactionId
    : undefined;
}
