import { Injectable } from '@nestjs/common';
import { type Transaction, snakeCase, unnest } from '@chargemesh/persistence';
import type { Whole } from '../transactions/lifecycle.js';
import { groupBy } from './group-by.js';
import {
  NEIGHBOURS_MAX,
  type Neighbours,
  OTHER,
  type Other,
  READ_MAX,
  type RegisterBefore,
  byStart,
} from './neighbours.js';

const PLACE = {
  sessionId: 'uuid',
  stationId: 'text',
  evseId: 'integer',
  transactionId: 'text',
  startedAt: 'timestamptz',
  startReceivedAt: 'timestamptz',
} as const;

const SELECTED = OTHER.map((property) =>
  property === 'energyWh' ? `energy_wh::double precision AS "energyWh"` : `${snakeCase(property)} AS "${property}"`,
).join(', ');

/** Those next to a session, in the order of `byStart`. */
const next = (which: '>' | '<', order: 'ASC' | 'DESC'): string =>
  `SELECT ${SELECTED}, ${which === '>'} AS "isLater" FROM sessions
   WHERE station_id = rows.station_id AND evse_id = rows.evse_id AND started_at ${which}= rows.started_at
     AND (started_at, start_received_at, transaction_id COLLATE "C") ${which}
       (rows.started_at, rows.start_received_at, rows.transaction_id)
   ORDER BY started_at ${order}, start_received_at ${order}, transaction_id COLLATE "C" ${order} LIMIT ${NEIGHBOURS_MAX}`;

/** Sessions of other EVSEs that are longer are not looked for. */
const LONGEST = `interval '2 days'`;

/** What another one charged between two registers, if it has the same meter; of one that names its registers, what lies between. */
const BETWEEN_WH = `CASE WHEN begin_wh IS NULL THEN energy_wh ELSE LEAST(energy_wh, GREATEST(0,
    LEAST(COALESCE(end_wh, begin_wh + energy_wh), COALESCE(rows.begin_wh, 'infinity')) - GREATEST(begin_wh, rows.wh))) END`;

/** SQL of what happened before and after sessions. */
@Injectable()
export class NeighboursStore {
  /** The sessions next to each at its EVSE, by session. */
  async of(tx: Transaction, sessions: readonly Whole[]): Promise<Map<string, Neighbours>> {
    if (sessions.length === 0) return new Map();
    const { from, parameters } = unnest(sessions, PLACE);
    const rows = await tx.prepared<Other & { of: string; isLater: boolean }>(
      `SELECT rows.session_id AS of, s.* FROM ${from} CROSS JOIN LATERAL (
         (${next('>', 'ASC')}) UNION ALL (${next('<', 'DESC')})) AS s`,
      parameters,
    );
    const found = groupBy(rows.toSorted(byStart), ({ of }) => of);
    return new Map(
      [...found].map(([sessionId, others]) => [
        sessionId,
        { before: others.filter(({ isLater }) => !isLater), after: others.filter(({ isLater }) => isLater) },
      ]),
    );
  }

  /** The sessions before which another EVSE of their station was read. */
  async readElsewhere(tx: Transaction, sessions: readonly Whole[]): Promise<ReadonlySet<string>> {
    if (sessions.length === 0) return new Set();
    const { from, parameters } = unnest(sessions, PLACE);
    const rows = await tx.prepared<{ sessionId: string }>(
      `SELECT rows.session_id AS "sessionId" FROM ${from} WHERE EXISTS (
         SELECT 1 FROM (
           SELECT evse_id, COALESCE(end_wh, (walks -> series ->> 'wh')::double precision) AS wh FROM sessions
           WHERE station_id = rows.station_id AND started_at < rows.started_at
           ORDER BY started_at DESC LIMIT ${READ_MAX}) AS last
         WHERE last.evse_id <> rows.evse_id AND last.wh > 0)`,
      parameters,
    );
    return new Set(rows.map(({ sessionId }) => sessionId));
  }

  /** What was charged at other EVSEs of its station between the register before each session and its own begin, by session. */
  async chargedElsewhere(
    tx: Transaction,
    sessions: readonly { session: Whole; before: RegisterBefore }[],
  ): Promise<Map<string, number>> {
    if (sessions.length === 0) return new Map();
    const asked = sessions.map(({ session, before }) => ({ ...session, ...before }));
    const { from, parameters } = unnest(asked, {
      sessionId: 'uuid',
      stationId: 'text',
      evseId: 'integer',
      startedAt: 'timestamptz',
      beginWh: 'double precision',
      series: 'text',
      wh: 'double precision',
      at: 'timestamptz',
      since: 'timestamptz',
    });
    const rows = await tx.prepared<{ sessionId: string; wh: number }>(
      `SELECT rows.session_id AS "sessionId", s.wh FROM ${from} CROSS JOIN LATERAL (
         SELECT sum(${BETWEEN_WH}) AS wh FROM sessions
         WHERE station_id = rows.station_id AND evse_id <> rows.evse_id AND series = rows.series
           AND started_at > rows.at - ${LONGEST} AND started_at < rows.started_at
           AND (ended_at IS NULL OR ended_at > rows.since)) AS s
       WHERE s.wh IS NOT NULL`,
      parameters,
    );
    return new Map(rows.map(({ sessionId, wh }) => [sessionId, wh]));
  }
}
