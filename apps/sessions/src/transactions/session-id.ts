import { hash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Session } from './session.js';

/**
 * The id of a session, a UUIDv7 that follows from its transaction and from when it was first heard of. So it is the same
 * again when a database that was restored to an older moment reads the log anew, and nobody takes one session for two.
 */
export function sessionIdOf(
  { operatorId, stationId, transactionId }: Pick<Session, 'operatorId' | 'stationId' | 'transactionId'>,
  heardAt: string,
): string {
  const random = hash('sha256', JSON.stringify([operatorId, stationId, transactionId]), 'buffer').subarray(0, 16);
  return uuidv7({ msecs: Date.parse(heardAt), random });
}
