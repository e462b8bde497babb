import { OcppError, type Request, readLeniently } from '@chargemesh/ocpp';
import { REFUSED } from '../authorization/authorization.js';
import { transactionOf } from '../quarantine/quarantine.decide.js';
import type { MessageContext } from '../station/message-context.js';
import type { Quarantined } from '../station/ports.js';
import { idTokenInfo, idTokenOf } from './id-token.js';

/**
 * An answer without `idTokenInfo` lets the station go on charging. So a readable token is authorized although the rest is
 * unreadable, and an unreadable one is refused.
 */
export const transactionEventQuarantined: Quarantined<'ocpp2.0.1', 'TransactionEvent', 'authorization'> &
  Quarantined<'ocpp2.1', 'TransactionEvent', 'authorization'> = async (payload, context, { authorization }) => {
  const idToken = idTokenIn(payload, context);
  if (idToken) {
    const query = { idToken: idTokenOf(idToken), transactionId: transactionOf(payload) };
    return { idTokenInfo: idTokenInfo(await authorization.authorize(context, query)) };
  }
  return startsByToken(payload) ? { idTokenInfo: idTokenInfo(REFUSED) } : {};
};

/** The token: an AuthorizeRequest requires nothing else, so its schema reads it. */
function idTokenIn(payload: unknown, { ocppVersion, receivedAt }: MessageContext) {
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
