import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { Waited } from './waiting.js';
import type { WaitingReadings } from './waiting-readings.js';

const COLUMNS = {
  readingsId: 'uuid',
  operatorId: 'uuid',
  stationId: 'text',
  receivedAt: 'timestamptz',
  shownAs: 'uuid',
  event: 'text',
} as const;
/**
 * Messages of one station, as many as come in a night by the minute; what is older is dropped. A session that would have had it says so: its first
 * reading is late (`begin-unsaid`), or one of its intervals is missing.
 */
const WAITING_MAX = 500;
const FORGOTTEN_AT_ONCE = 10_000;

/** A station at which readings wait. */
export type WaitingPlace = Pick<WaitingReadings, 'operatorId' | 'stationId'>;

/** SQL of readings of which nobody knows yet whose they are; the caller holds the locks of the stations. */
@Injectable()
export class WaitingReadingsStore {
  async load(tx: Transaction, stationIds: readonly string[]): Promise<WaitingReadings[]> {
    if (stationIds.length === 0) return [];
    const rows = await tx.prepared<Omit<WaitingReadings, 'event'> & { event: string }>(
      `SELECT readings_id AS "readingsId", operator_id AS "operatorId", station_id AS "stationId",
         received_at AS "receivedAt", shown_as AS "shownAs", event
       FROM waiting_readings WHERE station_id = ANY ($1)`,
      [stationIds],
    );
    return rows.map((row) => ({ ...row, event: JSON.parse(row.event) as WaitingReadings['event'] }));
  }

  /** Stations of which some came before a moment and are not shown, those that have waited longest first. */
  overdue(tx: Transaction, before: Date, limit: number): Promise<WaitingPlace[]> {
    return tx.query(
      `SELECT operator_id AS "operatorId", station_id AS "stationId" FROM waiting_readings WHERE received_at < $1 AND shown_as IS NULL
       GROUP BY operator_id, station_id ORDER BY min(received_at) LIMIT $2`,
      [before, limit],
    );
  }

  async save(tx: Transaction, { waiting, over }: Waited<WaitingReadings>): Promise<void> {
    if (over.length > 0) await tx.query(`DELETE FROM waiting_readings WHERE readings_id = ANY ($1)`, [over]);
    if (waiting.length === 0) return;
    const rows = waiting.map((readings) => ({ ...readings, event: JSON.stringify(readings.event) }));
    const { columns, from, parameters } = unnest(rows, COLUMNS);
    await tx.query(
      `INSERT INTO waiting_readings (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (readings_id) DO UPDATE SET event = EXCLUDED.event, shown_as = EXCLUDED.shown_as`,
      parameters,
    );
    await tx.query(
      `DELETE FROM waiting_readings w USING unnest($1::text[]) AS s (station_id)
       WHERE w.station_id = s.station_id AND w.received_at < (
         SELECT received_at FROM waiting_readings WHERE station_id = s.station_id
         ORDER BY received_at DESC OFFSET ${WAITING_MAX - 1} LIMIT 1)`,
      [[...new Set(waiting.map(({ stationId }) => stationId))]],
    );
  }

  /** Forgets what came before and is shown, a bounded part at once: what would come of it by now is for a person anyway. */
  async forgetShown(tx: Transaction, before: Date): Promise<void> {
    await tx.query(
      `DELETE FROM waiting_readings WHERE readings_id IN (
         SELECT readings_id FROM waiting_readings WHERE received_at < $1 AND shown_as IS NOT NULL LIMIT $2)`,
      [before, FORGOTTEN_AT_ONCE],
    );
  }

  /** Forgets what came before, a bounded part at once: no start of it comes any more. */
  async forget(tx: Transaction, before: Date): Promise<void> {
    await tx.query(
      `DELETE FROM waiting_readings WHERE readings_id IN (
         SELECT readings_id FROM waiting_readings WHERE received_at < $1 LIMIT $2)`,
      [before, FORGOTTEN_AT_ONCE],
    );
  }
}
