import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { Whole } from '../transactions/settle.js';
import type { Freed } from './freed.js';

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
} as const;

const SAME_PLACE = `station_id = rows.station_id AND evse_id = rows.evse_id
  AND COALESCE(connector_id, 1) = COALESCE(rows.connector_id, 1)`;

/** So many sessions before one are looked at. */
const BEFORE_MAX = 10;

/** SQL of what happened at the connectors of sessions before and after them. */
@Injectable()
export class NeighboursStore {
  /** When the session before each ended, by session. */
  endBefore(tx: Transaction, sessions: readonly Whole[]): Promise<Map<string, Date>> {
    return timesBySession(
      tx,
      sessions,
      `SELECT ended_at AS at FROM (
         SELECT ended_at FROM sessions WHERE ${SAME_PLACE} AND started_at < rows.started_at
           AND session_id <> rows.session_id ORDER BY started_at DESC LIMIT 1) AS before
       WHERE ended_at <= rows.started_at`,
    );
  }

  /**
   * When the first other session began at the connector of each while it is said to have run, by session. Of two that began at
   * one moment the one that came later is the other.
   */
  begunWithin(tx: Transaction, sessions: readonly Whole[]): Promise<Map<string, Date>> {
    return timesBySession(
      tx,
      sessions,
      `SELECT min(started_at) AS at FROM sessions WHERE ${SAME_PLACE}
         AND (started_at, start_received_at, transaction_id) >
           (rows.started_at, rows.start_received_at, rows.transaction_id)
         AND started_at < rows.ended_at`,
    );
  }

  /**
   * Until when a final session ran at the connector of each that began before it, by session. What somebody decided on
   * because of that is settled.
   */
  ranInto(tx: Transaction, sessions: readonly Whole[]): Promise<Map<string, Date>> {
    return timesBySession(
      tx,
      sessions,
      `SELECT max(until) AS at FROM (
         SELECT CASE WHEN end_claimed_at IS NULL THEN last_heard_at ELSE ended_at END AS until, status, flags
         FROM sessions WHERE ${SAME_PLACE} AND started_at <= rows.started_at
           AND (started_at, start_received_at, transaction_id) <
             (rows.started_at, rows.start_received_at, rows.transaction_id)
         ORDER BY started_at DESC LIMIT ${BEFORE_MAX}) AS before
       WHERE status = 'finalized' AND NOT flags ? 'sessions-overlap' AND until > rows.started_at`,
    );
  }

  /**
   * When the connector of each was free first, or another session began there, between two ends of it; to the minute.
   * Some stations say that it is free a little before they say why.
   */
  freeBetweenEnds(tx: Transaction, sessions: readonly Whole[]): Promise<Map<string, Date>> {
    return timesBySession(
      tx,
      sessions,
      `SELECT LEAST(
         (SELECT min(at) + interval '1 minute' FROM free_signs WHERE ${SAME_PLACE}
            AND at >= GREATEST(rows.started_at, date_trunc('minute', rows.first_end_at) - interval '1 minute')
            AND at < rows.end_claimed_at),
         (SELECT min(started_at) FROM sessions WHERE ${SAME_PLACE}
            AND started_at >= rows.first_end_at AND started_at < rows.end_claimed_at
            AND session_id <> rows.session_id)) AS at`,
    );
  }

  /** What was known of the connector of each after the last that was heard of it, by session. */
  async freedAfter(tx: Transaction, sessions: readonly Whole[]): Promise<Map<string, Freed>> {
    if (sessions.length === 0) return new Map();
    const { from, parameters } = unnest(sessions, PLACE);
    const rows = await tx.query<Freed & { sessionId: string }>(
      `SELECT rows.session_id AS "sessionId",
         (SELECT min(at) FROM free_signs WHERE ${SAME_PLACE} AND at > rows.last_heard_at) AS "freeAt",
         LEAST(
           (SELECT min(at) FROM free_signs
            WHERE station_id = rows.station_id AND evse_id = 0 AND at > rows.last_received_at),
           (SELECT min(started_at) FROM sessions
            WHERE ${SAME_PLACE} AND started_at > rows.last_heard_at AND session_id <> rows.session_id)
         ) AS "overtakenAt"
       FROM ${from}`,
      parameters,
    );
    return new Map(rows.map(({ sessionId, ...freed }) => [sessionId, freed]));
  }
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
