import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { UnknownEnd } from './unknown-end.js';
import type { WaitingEnd } from './waiting-ends.js';

const COLUMNS = {
  quarantineId: 'uuid',
  operatorId: 'uuid',
  stationId: 'text',
  receivedAt: 'timestamptz',
  event: 'text',
  occupied: 'jsonb',
} as const;
/** Of one station; older ones are left to a person. */
const WAITING_MAX = 100;

/** SQL of ends of which nobody knows yet whose they are; the caller holds the locks of the stations. */
@Injectable()
export class WaitingEndsStore {
  async load(tx: Transaction, stationIds: readonly string[]): Promise<WaitingEnd[]> {
    if (stationIds.length === 0) return [];
    const rows = await tx.prepared<Omit<WaitingEnd, 'event'> & { event: string }>(
      `SELECT quarantine_id AS "quarantineId", operator_id AS "operatorId", station_id AS "stationId",
         received_at AS "receivedAt", event, occupied
       FROM waiting_ends WHERE station_id = ANY ($1)`,
      [stationIds],
    );
    return rows.map((row) => ({ ...row, event: JSON.parse(row.event) as UnknownEnd }));
  }

  async save(
    tx: Transaction,
    { waiting, over }: { waiting: readonly WaitingEnd[]; over: readonly string[] },
  ): Promise<void> {
    if (over.length > 0) await tx.query(`DELETE FROM waiting_ends WHERE quarantine_id = ANY ($1)`, [over]);
    if (waiting.length === 0) return;
    const rows = waiting.map((end) => ({ ...end, event: JSON.stringify(end.event) }));
    const { columns, from, parameters } = unnest(rows, COLUMNS);
    await tx.query(
      `INSERT INTO waiting_ends (${columns}) SELECT ${columns} FROM ${from} ON CONFLICT DO NOTHING`,
      parameters,
    );
    await tx.query(
      `DELETE FROM waiting_ends WHERE quarantine_id IN (
         SELECT quarantine_id FROM (
           SELECT quarantine_id, row_number() OVER (PARTITION BY station_id ORDER BY received_at DESC) AS place
           FROM waiting_ends WHERE station_id = ANY ($1)) AS of_station
         WHERE place > ${WAITING_MAX})`,
      [[...new Set(waiting.map(({ stationId }) => stationId))]],
    );
  }
}
