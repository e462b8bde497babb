import type { Transaction } from '@chargemesh/persistence';
import type { AtEvse } from './checkout.port.js';

/**
 * Whether somebody has paid at an EVSE and is about to plug in, or charges there. Until the end of the transaction nobody else
 * comes to that; hence the lock before the question. Who has not paid yet keeps nobody away.
 */
export async function isTaken(tx: Transaction, at: AtEvse): Promise<boolean> {
  await tx.lock([`payments at ${at.stationId}:${at.evseId}`]);
  return looksTaken(tx, at);
}

/** The same at a glance, for who only looks. */
export async function looksTaken(tx: Transaction, { operatorId, stationId, evseId }: AtEvse): Promise<boolean> {
  const rows = await tx.query(
    `SELECT FROM payments WHERE operator_id = $1 AND station_id = $2 AND evse_id = $3
     AND state IN ('starting', 'waiting-for-plug', 'charging') LIMIT 1`,
    [operatorId, stationId, evseId],
  );
  return rows.length > 0;
}
