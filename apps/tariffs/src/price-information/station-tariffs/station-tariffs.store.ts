import { Injectable } from '@nestjs/common';
import { type ResultTable, recordResults } from '@chargemesh/commands';
import type { CommandResult, EventOf, StationStateEvent } from '@chargemesh/contracts';
import { type Transaction, snakeCase, unnest } from '@chargemesh/persistence';
import type { ConcernedPlace } from '../../price-list/price-changes.service.js';
import { LOST, type ToldTariff } from './told-tariff.js';

export type ChangedStation = StationStateEvent['data'] & {
  /** Whether it was not connected at some time since it was last told of. */
  readonly wasAway: boolean;
};

/** A station that is to be looked at. */
export interface DueStation {
  readonly stationId: string;
  readonly operatorId: string;
  readonly locationId: string | null;
  /** Of the location, if that is known. */
  readonly country: string | null;
  readonly timeZone: string | null;
  readonly evseIds: readonly number[];
  /** Null of a station that is not connected, or speaks a version in which no prices are told. */
  readonly told: '2.0.1' | '2.1' | null;
}

const COLUMNS = {
  stationId: 'text',
  evseId: 'integer',
  operatorId: 'uuid',
  tariffId: 'uuid',
  tariffVersion: 'integer',
  saidAs: 'text',
  status: 'text',
  detail: 'text',
  commandId: 'uuid',
  changedAt: 'timestamptz',
} as const;

export const TOLD_COLUMNS = Object.keys(COLUMNS)
  .map((property) => `t.${snakeCase(property)} AS "${property}"`)
  .join(', ');
const WRITTEN = Object.keys(COLUMNS)
  .map((property) => `${snakeCase(property)} = EXCLUDED.${snakeCase(property)}`)
  .join(', ');
/** Of `known_stations k`. */
export const EVSE_IDS = `jsonb_path_query_array(k.evses, '$[*].evse_id')`;
export const HEARS = `k.connected AND NOT k.deleted AND k.ocpp_version = '2.1'`;
/** Those of 2.0.1 know no tariffs, and are given texts to display. */
const IS_TOLD = `k.connected AND NOT k.deleted AND k.ocpp_version IN ('2.0.1', '2.1')`;

const TOLD: ResultTable = {
  name: 'station_tariffs',
  id: 'command_id',
  at: 'changed_at',
  sets: `said_as = CASE WHEN rows.status IN (${LOST.map((status) => `'${status}'`).join(', ')}) THEN NULL ELSE c.said_as END`,
};

/** SQL of what stations are told of prices. */
@Injectable()
export class StationTariffsStore {
  /** Notes where prices changed: a row for each place that was said, however many stations it has. */
  async noteChange(
    tx: Transaction,
    operatorId: string,
    places: readonly ConcernedPlace[],
    changedAt: Date,
  ): Promise<void> {
    const rows = places.map((place) => ({ ...place, operatorId, changedAt }));
    const { columns, from, parameters } = unnest(rows, {
      operatorId: 'uuid',
      locationGroupId: 'uuid',
      locationId: 'uuid',
      stationId: 'text',
      changedAt: 'timestamptz',
    });
    await tx.query(`INSERT INTO price_changes (${columns}) SELECT ${columns} FROM ${from}`, parameters);
  }

  /** Has the stations looked at where prices changed; in one order, so that two of these do not wait for each other. */
  async markChanged(tx: Transaction, dueAt: Date): Promise<void> {
    await tx.prepared(
      `WITH changed AS (DELETE FROM price_changes RETURNING *),
       concerned AS (
         SELECT c.operator_id, k.station_id FROM changed c JOIN known_stations k USING (operator_id)
         WHERE c.location_group_id IS NULL AND c.location_id IS NULL AND c.station_id IS NULL
         UNION SELECT operator_id, station_id FROM changed
         UNION SELECT c.operator_id, k.station_id FROM changed c JOIN known_stations k USING (location_id)
         UNION SELECT c.operator_id, k.station_id FROM changed c
           JOIN location_group_members m ON m.location_group_id = c.location_group_id AND m.valid_to IS NULL
           JOIN known_stations k ON k.location_id = m.location_id)
       INSERT INTO station_tariff_checks AS c (station_id, operator_id, due_at)
       SELECT k.station_id, k.operator_id, $1 FROM known_stations k JOIN concerned USING (operator_id, station_id)
       WHERE ${IS_TOLD} ORDER BY k.station_id
       ON CONFLICT (station_id) DO UPDATE SET due_at = LEAST(c.due_at, EXCLUDED.due_at)`,
      [dueAt],
    );
  }

  /**
   * Has those of the stations looked at that come to hear of tariffs, or are elsewhere or otherwise than they were known;
   * gives those that were not connected.
   */
  async markStations(tx: Transaction, stations: readonly ChangedStation[], dueAt: Date): Promise<string[]> {
    const rows = stations
      .filter(
        ({ connected, ocppVersion, deleted }) =>
          connected && !deleted && (ocppVersion === '2.0.1' || ocppVersion === '2.1'),
      )
      .map(({ evses, ...station }) => ({ ...station, evseIds: evses.map(({ evseId }) => evseId), dueAt }));
    if (rows.length === 0) return [];
    const { from, parameters } = unnest(rows, {
      stationId: 'text',
      operatorId: 'uuid',
      locationId: 'uuid',
      evseIds: 'jsonb',
      ocppVersion: 'text',
      dueAt: 'timestamptz',
      wasAway: 'boolean',
    });
    const marked = await tx.prepared<{ stationId: string; came: boolean }>(
      `WITH changed AS (
         SELECT rows.station_id, rows.operator_id, rows.due_at, rows.was_away OR k.connected IS NOT TRUE AS came
         FROM ${from} LEFT JOIN known_stations k USING (station_id)
         WHERE rows.was_away OR k.connected IS NOT TRUE OR k.ocpp_version IS DISTINCT FROM rows.ocpp_version
           OR k.location_id IS DISTINCT FROM rows.location_id OR ${EVSE_IDS} IS DISTINCT FROM rows.evse_ids),
       marked AS (
         INSERT INTO station_tariff_checks AS c (station_id, operator_id, due_at)
         SELECT station_id, operator_id, due_at FROM changed ORDER BY station_id
         ON CONFLICT (station_id) DO UPDATE SET operator_id = EXCLUDED.operator_id,
           due_at = LEAST(c.due_at, EXCLUDED.due_at))
       SELECT station_id AS "stationId", came FROM changed`,
      parameters,
    );
    return marked.filter(({ came }) => came).map(({ stationId }) => stationId);
  }

  /** Forgets what these stations were told and have not accepted: on a new connection they are told again. */
  async forget(tx: Transaction, stationIds: readonly string[]): Promise<void> {
    if (stationIds.length === 0) return;
    // What was to be set may be there, and what was to be taken away too: a station is told again, also when there is no price any more.
    await tx.query(
      `UPDATE station_tariffs SET status = 'unknown', said_as = NULL WHERE station_id = ANY ($1) AND status = 'pending'`,
      [stationIds],
    );
    await tx.query(
      `DELETE FROM station_tariffs WHERE station_id = ANY ($1) AND status <> 'accepted' AND NOT status = ANY ($2)`,
      [stationIds, LOST],
    );
  }

  /** Forgets all about stations that are no more. */
  async remove(tx: Transaction, stationIds: readonly string[]): Promise<void> {
    if (stationIds.length === 0) return;
    await tx.query(
      `WITH checks AS (DELETE FROM station_tariff_checks WHERE station_id = ANY ($1))
       DELETE FROM station_tariffs WHERE station_id = ANY ($1)`,
      [stationIds],
    );
  }

  /** Takes stations that are due; the rows stay locked until the commit, so what is marked meanwhile is not lost. */
  takeDue(tx: Transaction, now: Date, limit: number): Promise<DueStation[]> {
    return tx.prepared<DueStation>(
      `WITH due AS (SELECT station_id FROM station_tariff_checks WHERE due_at <= $1 ORDER BY due_at LIMIT $2
         FOR UPDATE SKIP LOCKED),
       taken AS (UPDATE station_tariff_checks c SET due_at = NULL FROM due WHERE c.station_id = due.station_id
         RETURNING c.station_id)
       SELECT k.station_id AS "stationId", k.operator_id AS "operatorId", k.location_id AS "locationId",
         l.country, l.time_zone AS "timeZone", ${EVSE_IDS} AS "evseIds",
         CASE WHEN ${IS_TOLD} THEN k.ocpp_version END AS told
       FROM taken JOIN known_stations k USING (station_id)
       LEFT JOIN known_locations l ON l.location_id = k.location_id AND NOT l.deleted`,
      [now, limit],
    );
  }

  /** Has stations looked at again at these times. */
  async dueAgain(tx: Transaction, checks: readonly { stationId: string; dueAt: Date }[]): Promise<void> {
    if (checks.length === 0) return;
    const { from, parameters } = unnest(checks, { stationId: 'text', dueAt: 'timestamptz' });
    await tx.query(
      `UPDATE station_tariff_checks c SET due_at = LEAST(c.due_at, rows.due_at) FROM ${from}
       WHERE c.station_id = rows.station_id`,
      parameters,
    );
  }

  /** Of these stations those that are connected and know tariffs. */
  async hearing(tx: Transaction, stationIds: readonly string[]): Promise<Set<string>> {
    const rows = await tx.prepared<{ stationId: string }>(
      `SELECT station_id AS "stationId" FROM known_stations k WHERE station_id = ANY ($1) AND ${HEARS}`,
      [stationIds],
    );
    return new Set(rows.map(({ stationId }) => stationId));
  }

  load(tx: Transaction, stationIds: readonly string[]): Promise<ToldTariff[]> {
    return tx.query<ToldTariff>(`SELECT ${TOLD_COLUMNS} FROM station_tariffs t WHERE t.station_id = ANY ($1)`, [
      stationIds,
    ]);
  }

  async save(tx: Transaction, told: readonly ToldTariff[]): Promise<void> {
    if (told.length === 0) return;
    const { columns, from, parameters } = unnest(told, COLUMNS);
    await tx.query(
      `INSERT INTO station_tariffs (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (station_id, evse_id) DO UPDATE SET ${WRITTEN}`,
      parameters,
    );
  }

  /** Writes what stations answered; gives those of which nothing is known now, since no answer came. */
  async recordResults(tx: Transaction, results: readonly EventOf<typeof CommandResult>[]): Promise<string[]> {
    const settled = await recordResults(tx, TOLD, 'tariffs', results);
    const lost = settled.filter(({ status }) => LOST.includes(status));
    return [...new Set(lost.map(({ stationId }) => stationId))];
  }
}
