import { OcppError, type Request, readLeniently } from '@chargemesh/ocpp';
import { REFUSED } from '../authorization/authorization.js';
import { transactionOf } from '../quarantine/quarantine.decide.js';
import type { Call, Quarantined } from '../station/call.js';
import { idTokenInfo, idTokenOf } from './id-token.js';

/**
 * An answer without a word about the token lets the station go on. So a token that can be read is asked about, whatever
 * else cannot; one that cannot be read starts nothing.
 */
export const transactionEventQuarantined: Quarantined<'ocpp2.0.1', 'TransactionEvent', 'authorization'> &
  Quarantined<'ocpp2.1', 'TransactionEvent', 'authorization'> = async (payload, call, { authorization }) => {
  const idToken = idTokenIn(payload, call);
  if (idToken) {
    const query = { idToken: idTokenOf(idToken), transactionId: transactionOf(payload) };
    return { idTokenInfo: idTokenInfo(await authorization.authorize(call, query)) };
  }
  return startsByToken(payload) ? { idTokenInfo: idTokenInfo(REFUSED) } : {};
};

/** The token, which is said as in an AuthorizeRequest, of which nothing else is required. */
function idTokenIn(payload: unknown, { ocppVersion, receivedAt }: Call) {
  const context = { arrivedAt: new Date(receivedAt) };
  try {
    const read = readLeniently(`ocpp${ocppVersion}`, 'Authorize', 'Request', Object(payload) as object, context);
    return (read.payload as Request<'ocpp2.1', 'Authorize'>).idToken;
  } catch (error) {
    if (error instanceof OcppError) return undefined;
    throw error;
  }
}

function startsByToken(payload: unknown): boolean {
  const { eventType, idToken } = Object(payload) as { eventType?: unknown; idToken?: unknown };
  const isStart = typeof eventType === 'string' && eventType.slice(0, 50).trim().toLowerCase() === 'started';
  // Where a cable starts a transaction, its token comes later and is asked about then.
  return isStart && idToken !== undefined && idToken !== null;
}
