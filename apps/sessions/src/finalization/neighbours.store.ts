import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { Whole } from '../transactions/lifecycle.js';
import type { Freed } from './freed.js';
import { groupBy } from './group-by.js';
import type { Neighbour } from './overlap.js';
import { type RegisterAt, type RegistersAround, WENT_ON } from './registers-around.js';
import { REGISTERS_OVERLAP, type RegisterSpan, type RegisterSpans } from './registers-overlap.js';

const PLACE = {
  sessionId: 'uuid',
  stationId: 'text',
  evseId: 'integer',
  connectorId: 'integer',
  transactionId: 'text',
  startedAt: 'timestamptz',
  startReceivedAt: 'timestamptz',
  lastHeardAt: 'timestamptz',
  lastReceivedAt: 'timestamptz',
  endedAt: 'timestamptz',
  firstEndAt: 'timestamptz',
  endClaimedAt: 'timestamptz',
  beginWh: 'double precision',
} as const;

/** An EVSE has one meter and one session at a time, whichever of its connectors that is at. */
const SAME_EVSE = 'station_id = rows.station_id AND evse_id = rows.evse_id';
/** That one of its connectors is free says nothing of the others. */
const SAME_CONNECTOR = `${SAME_EVSE} AND connector_id = COALESCE(rows.connector_id, 1)`;

const IS_LATER = `(started_at, start_received_at, transaction_id) >
  (rows.started_at, rows.start_received_at, rows.transaction_id)`;
const IS_EARLIER = IS_LATER.replace('>', '<');

/** Sessions of other EVSEs that are longer are not looked for. */
const LONGEST = `interval '2 days'`;

/** What another one charged between two registers, if it has the same meter; of one that names its registers, what lies between. */
const BETWEEN_WH = `CASE WHEN begin_wh IS NULL THEN energy_wh ELSE LEAST(energy_wh, GREATEST(0,
    LEAST(COALESCE(end_wh, begin_wh + energy_wh), COALESCE(rows.begin_wh, 'infinity')) - GREATEST(begin_wh, b.wh))) END`;

/** A session without an end may be held for what is missing; what somebody decided of such a one is settled. */
const REGISTER_BEFORE = `SELECT b.series, LEAST(b.since, b.at) AS at, b.wh + COALESCE((
    SELECT sum(${BETWEEN_WH}) FROM sessions
    WHERE series = b.series AND station_id = rows.station_id AND started_at > b.at - ${LONGEST} AND started_at < rows.started_at
      AND evse_id <> rows.evse_id
      AND (ended_at IS NULL OR ended_at > LEAST(b.since, b.at))), 0) AS wh
  FROM (
    SELECT series, status, flags, end_wh IS NOT NULL AS is_read,
      COALESCE(end_wh, (walks -> series ->> 'wh')::double precision) AS wh,
      CASE WHEN energy_wh > 0 THEN COALESCE(risen_at, started_at) ELSE started_at END AS since,
      CASE WHEN end_claimed_at IS NULL THEN last_heard_at ELSE ended_at END AS at
    FROM sessions WHERE ${SAME_EVSE} AND started_at <= rows.started_at AND ${IS_EARLIER}
      AND (end_wh IS NOT NULL OR walks ? series)
    ORDER BY started_at DESC LIMIT 1) AS b
  WHERE is_read OR (status = 'finalized' AND NOT flags ?| ARRAY['decided', '${WENT_ON}'])`;
/** Where the next one does not name its begin, one after it has what that charged as well. */
const REGISTER_NEXT = `SELECT series, wh, at FROM (
    SELECT series, begin_wh AS wh, started_at AS at FROM sessions
    WHERE ${SAME_EVSE} AND started_at >= rows.started_at AND ${IS_LATER}
      AND (begin_wh IS NOT NULL OR end_wh IS NOT NULL OR walks ? series)
    ORDER BY started_at LIMIT 1) AS n
  WHERE wh IS NOT NULL`;

/** So many sessions before one, or after it, are looked at. */
const LOOKED_AT_MAX = 10;

/** SQL of what tells whether a session ran while another did; see `neighbourOf`. */
const NEIGHBOUR = `started_at AS "startedAt", start_received_at AS "startReceivedAt",
  CASE WHEN end_claimed_at IS NULL THEN last_heard_at ELSE ended_at END AS "ranUntil",
  COALESCE(end_received_at, last_received_at) AS "heardUntil", series, begin_wh AS "beginWh", end_wh AS "endWh"`;

/** SQL of what a session is billed of its register; see `stretchOf`. */
const STRETCH = `${NEIGHBOUR}, energy_wh::double precision AS "energyWh",
  COALESCE(begin_wh, (walks -> series -> 'walk' ->> 'from')::double precision) AS "fromWh",
  flags ? 'decided' OR (status = 'held' AND hold -> 'reasons' ? '${REGISTERS_OVERLAP}') AS "isSeen"`;

/** SQL of what happened at the EVSEs of sessions before and after them. */
@Injectable()
export class NeighboursStore {
  /** When the session before each ended, by session. */
  endBefore(tx: Transaction, sessions: readonly Whole[]): Promise<Map<string, Date>> {
    return timesBySession(
      tx,
      sessions,
      `SELECT ended_at AS at FROM (
         SELECT ended_at FROM sessions WHERE ${SAME_EVSE} AND started_at < rows.started_at
           AND session_id <> rows.session_id ORDER BY started_at DESC LIMIT 1) AS before
       WHERE ended_at <= rows.started_at`,
    );
  }

  /**
   * The first others that began at the EVSE of each while it is said to have run, by session. Of two that began at one
   * moment the one that came later is the other.
   */
  begunWithin(tx: Transaction, sessions: readonly Whole[]): Promise<Map<string, Neighbour[]>> {
    return neighbours(
      tx,
      sessions,
      `SELECT ${NEIGHBOUR} FROM sessions WHERE ${SAME_EVSE}
         AND ${IS_LATER}
         AND started_at < rows.ended_at
       ORDER BY started_at LIMIT ${LOOKED_AT_MAX}`,
    );
  }

  /**
   * The final sessions at the EVSE of each that began before it and ran into it, by session. What somebody decided on
   * because of that is settled.
   */
  ranInto(tx: Transaction, sessions: readonly Whole[]): Promise<Map<string, Neighbour[]>> {
    return neighbours(
      tx,
      sessions,
      `SELECT * FROM (
         SELECT ${NEIGHBOUR}, status, flags FROM sessions WHERE ${SAME_EVSE} AND started_at <= rows.started_at
           AND ${IS_EARLIER}
         ORDER BY started_at DESC LIMIT ${LOOKED_AT_MAX}) AS before
       WHERE status = 'finalized' AND NOT flags ? 'sessions-overlap' AND "ranUntil" > rows.started_at`,
    );
  }

  /**
   * When the connector of each was free first, or another session began at its EVSE, between two ends of it; to the minute.
   * Some stations say that it is free a little before they say why.
   */
  freeBetweenEnds(tx: Transaction, sessions: readonly Whole[]): Promise<Map<string, Date>> {
    return timesBySession(
      tx,
      sessions,
      `SELECT LEAST(
         (SELECT min(at) + interval '1 minute' FROM free_signs WHERE ${SAME_CONNECTOR}
            AND at >= GREATEST(rows.started_at, date_trunc('minute', rows.first_end_at) - interval '1 minute')
            AND at < rows.end_claimed_at),
         (SELECT min(started_at) FROM sessions WHERE ${SAME_EVSE}
            AND started_at >= rows.first_end_at AND started_at < rows.end_claimed_at
            AND session_id <> rows.session_id)) AS at`,
    );
  }

  /**
   * The registers next to each at its EVSE, by session. One before it without an end that may still be held for what is missing says
   * it itself, and what somebody decided of such a one is settled.
   */
  async registersAround(tx: Transaction, sessions: readonly Whole[]): Promise<Map<string, RegistersAround>> {
    const befores = await registersBySession(tx, sessions, REGISTER_BEFORE);
    const nexts = await registersBySession(tx, sessions, REGISTER_NEXT);
    const around = ({ sessionId }: Whole): RegistersAround => ({
      before: befores.get(sessionId) ?? null,
      next: nexts.get(sessionId) ?? null,
    });
    return new Map(sessions.map((session) => [session.sessionId, around(session)]));
  }

  /** What those next to each at its EVSE are billed of the register, by session. */
  async stretches(tx: Transaction, sessions: readonly Whole[]): Promise<Map<string, RegisterSpans>> {
    const found = (which: string, order: 'ASC' | 'DESC'): Promise<Map<string, RegisterSpan[]>> =>
      neighbours<RegisterSpan>(
        tx,
        sessions,
        `SELECT ${STRETCH} FROM sessions WHERE ${SAME_EVSE} AND ${which}
         ORDER BY started_at ${order}, start_received_at ${order}, transaction_id ${order} LIMIT ${LOOKED_AT_MAX}`,
      );
    const before = await found(`started_at <= rows.started_at AND ${IS_EARLIER}`, 'DESC');
    const after = await found(`started_at >= rows.started_at AND ${IS_LATER}`, 'ASC');
    const around = ({ sessionId }: Whole): RegisterSpans => ({
      before: (before.get(sessionId) ?? []).toReversed(),
      after: after.get(sessionId) ?? [],
    });
    return new Map(sessions.map((session) => [session.sessionId, around(session)]));
  }

  /** What was known of the connector of each after the last that was heard of it, by session. */
  async freedAfter(tx: Transaction, sessions: readonly Whole[]): Promise<Map<string, Freed>> {
    if (sessions.length === 0) return new Map();
    const { from, parameters } = unnest(sessions, PLACE);
    const rows = await tx.query<Freed & { sessionId: string }>(
      `SELECT rows.session_id AS "sessionId",
         (SELECT min(at) FROM free_signs WHERE ${SAME_CONNECTOR} AND at > rows.last_heard_at) AS "freeAt",
         LEAST(
           (SELECT min(at) FROM free_signs
            WHERE station_id = rows.station_id AND evse_id = 0 AND at > rows.last_received_at),
           (SELECT min(started_at) FROM sessions
            WHERE ${SAME_EVSE} AND started_at > rows.last_heard_at AND session_id <> rows.session_id)
         ) AS "overtakenAt"
       FROM ${from}`,
      parameters,
    );
    return new Map(rows.map(({ sessionId, ...freed }) => [sessionId, freed]));
  }
}

/** @param register a query of one register for the session that is called `rows` in it; or of nothing */
async function registersBySession(
  tx: Transaction,
  sessions: readonly Whole[],
  register: string,
): Promise<Map<string, RegisterAt>> {
  if (sessions.length === 0) return new Map();
  const { from, parameters } = unnest(sessions, PLACE);
  const rows = await tx.query<RegisterAt & { sessionId: string }>(
    `SELECT rows.session_id AS "sessionId", s.series, s.wh, s.at FROM ${from} CROSS JOIN LATERAL (${register}) AS s`,
    parameters,
  );
  return new Map(rows.map(({ sessionId, ...read }) => [sessionId, read]));
}

/** @param others a query of others for the session that is called `rows` in it */
async function neighbours<Found extends Neighbour>(
  tx: Transaction,
  sessions: readonly Whole[],
  others: string,
): Promise<Map<string, Found[]>> {
  if (sessions.length === 0) return new Map();
  const { from, parameters } = unnest(sessions, PLACE);
  const rows = await tx.query<Found & { sessionId: string }>(
    `SELECT rows.session_id AS "sessionId", s.* FROM ${from} CROSS JOIN LATERAL (${others}) AS s`,
    parameters,
  );
  return groupBy(rows, ({ sessionId }) => sessionId);
}

/** @param at a query of one time `at` for the session that is called `rows` in it; it may be null, or nothing */
async function timesBySession(tx: Transaction, sessions: readonly Whole[], at: string): Promise<Map<string, Date>> {
  if (sessions.length === 0) return new Map();
  const { from, parameters } = unnest(sessions, PLACE);
  const rows = await tx.query<{ sessionId: string; at: Date }>(
    `SELECT rows.session_id AS "sessionId", s.at FROM ${from} CROSS JOIN LATERAL (${at}) AS s WHERE s.at IS NOT NULL`,
    parameters,
  );
  return new Map(rows.map(({ sessionId, at: time }) => [sessionId, time]));
}
