import { type Transaction, unnest } from '@chargemesh/persistence';
import type { IncidentKind } from './incidents.decide.js';

/** What was noted of a station within an hour. */
export interface Noted {
  readonly stationId: string;
  readonly operatorId: string;
  readonly kind: IncidentKind;
  readonly hour: Date;
  readonly count: number;
  readonly addresses: string[];
  readonly firstAt: Date;
  readonly lastAt: Date;
}

const COLUMNS = {
  stationId: 'text',
  operatorId: 'uuid',
  kind: 'text',
  hour: 'timestamptz',
  count: 'integer',
  addresses: 'jsonb',
  firstAt: 'timestamptz',
  lastAt: 'timestamptz',
} as const;
export const INCIDENT_COLUMNS = `station_id AS "stationId", operator_id AS "operatorId", kind, hour, count, addresses,
  first_at AS "firstAt", last_at AS "lastAt"`;

export class IncidentsStore {
  /** Adds to what other processes and earlier minutes noted; gives the sums, and how much of each was added now. */
  async add(
    tx: Transaction,
    noted: readonly Noted[],
  ): Promise<(Pick<Noted, 'stationId' | 'kind' | 'count' | 'addresses'> & { added: number })[]> {
    const { columns, from, parameters } = unnest(noted, COLUMNS);
    const rows = await tx.query<Noted>(
      `INSERT INTO station_incidents AS i (${columns})
       SELECT ${columns} FROM ${from} ORDER BY operator_id, station_id, kind, hour
       ON CONFLICT (operator_id, station_id, kind, hour) DO UPDATE SET
         count = i.count + excluded.count,
         addresses = (SELECT jsonb_agg(address ORDER BY address) FROM (
           SELECT DISTINCT jsonb_array_elements(i.addresses || excluded.addresses) AS address LIMIT 20) AS both_of),
         first_at = LEAST(i.first_at, excluded.first_at), last_at = GREATEST(i.last_at, excluded.last_at)
       RETURNING ${INCIDENT_COLUMNS}`,
      parameters,
    );
    const added = new Map(noted.map((one) => [keyOf(one), one.count]));
    return rows.map((row) => ({ ...row, added: added.get(keyOf(row)) ?? row.count }));
  }

  async forget(tx: Transaction, before: Date): Promise<void> {
    await tx.query('DELETE FROM station_incidents WHERE hour < $1', [before]);
  }
}

function keyOf({ stationId, kind, hour }: Pick<Noted, 'stationId' | 'kind' | 'hour'>): string {
  return `${stationId} ${kind} ${hour.getTime()}`;
}
