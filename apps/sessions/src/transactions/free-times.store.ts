import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { DOUBT_MS } from '../finalization/doubtful-time.js';
import { BOOTS_MAX, type FreeTimes } from '../finalization/neighbours.js';
import type { Session } from './session.js';
import { GOES_ON_MS } from './lifecycle.js';
import { type EndSignal, ownEndSince } from './end-evidence.js';

/** That one of its connectors is free says nothing of the others. */
const SAME_CONNECTOR = `station_id = rows.station_id AND evse_id = rows.evse_id
  AND connector_id = COALESCE(rows.connector_id, 1)`;

/** What was said first in a minute; of what was kept before 2026-11-27 the minute itself. */
const EXACT = `(SELECT station_id, evse_id, connector_id, at AS by_minute, COALESCE(said_at, at) AS at FROM free_signs) signs`;

const MINUTE_MS = 60_000;
/** Stations that are back say soon that their connectors are free, whatever is plugged in. */
export const BACK_MS = 300_000;
const FORGOTTEN_AT_ONCE = 10_000;

/** SQL of when connectors were free and stations booted, however long ago: what a clock says of a session ends there. */
@Injectable()
export class FreeTimesStore {
  /** One a minute is enough, however often a station says it: the first. */
  async add(tx: Transaction, signals: readonly EndSignal[]): Promise<void> {
    if (signals.length === 0) return;
    const rows = firstOfMinutes(signals);
    const { columns, from, parameters } = unnest(rows, {
      stationId: 'text',
      at: 'timestamptz',
      evseId: 'integer',
      connectorId: 'integer',
      operatorId: 'uuid',
      saidAt: 'timestamptz',
    });
    await tx.prepared(
      `INSERT INTO free_signs AS f (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (station_id, at, evse_id, connector_id) DO UPDATE SET said_at = EXCLUDED.said_at
       WHERE EXCLUDED.said_at < f.said_at`,
      parameters,
    );
  }

  /**
   * The last of them before each session was known here and over, by session; where there is none, the last before it was
   * known, since nobody knows how long before that there was anything. A boot that it may go on over (`mayGoOnOver`) tells
   * only where nothing else does, and so does what may be of its own end (`ownEndSince`).
   */
  async lastBefore(tx: Transaction, sessions: readonly (Session & { endedAt: Date })[]): Promise<Map<string, Date>> {
    const asked = sessions.map((session) => ({
      ...session,
      until: earliest(session.startReceivedAt, session.endedAt),
      ownEndSince: ownEndSince(session),
    }));
    const { from, parameters } = unnest(asked, {
      sessionId: 'uuid',
      stationId: 'text',
      evseId: 'integer',
      connectorId: 'integer',
      startedAt: 'timestamptz',
      startReceivedAt: 'timestamptz',
      until: 'timestamptz',
      ownEndSince: 'timestamptz',
    });
    const rows = await tx.prepared<{ sessionId: string; at: Date }>(
      `SELECT rows.session_id AS "sessionId", f.at FROM ${from} CROSS JOIN LATERAL (
         SELECT signs.at FROM ${EXACT} WHERE station_id = rows.station_id
           AND by_minute <= rows.start_received_at AND at <= rows.start_received_at
           AND (evse_id = 0 OR (evse_id = rows.evse_id AND connector_id = COALESCE(rows.connector_id, 1)))
         ORDER BY at > rows.until OR COALESCE(at > rows.started_at AND at > rows.own_end_since, false),
           evse_id = 0 AND at > rows.started_at AND at <= rows.started_at + interval '${GOES_ON_MS} milliseconds',
           at DESC LIMIT 1) f`,
      parameters,
    );
    return new Map(rows.map(({ sessionId, at }) => [sessionId, at]));
  }

  /** What was said of the connector of each long before its end, between its ends and after all that was heard of it, by session. */
  async around(tx: Transaction, sessions: readonly Session[]): Promise<Map<string, FreeTimes>> {
    if (sessions.length === 0) return new Map();
    const { from, parameters } = unnest(sessions, {
      sessionId: 'uuid',
      stationId: 'text',
      evseId: 'integer',
      connectorId: 'integer',
      startedAt: 'timestamptz',
      lastHeardAt: 'timestamptz',
      lastReceivedAt: 'timestamptz',
      firstEndAt: 'timestamptz',
      endClaimedAt: 'timestamptz',
      endReceivedAt: 'timestamptz',
    });
    const rows = await tx.prepared<FreeTimes & { sessionId: string }>(
      `SELECT rows.session_id AS "sessionId",
         (SELECT min(at) FROM free_signs WHERE ${SAME_CONNECTOR} AND at > rows.last_heard_at) AS "freeAt",
         (SELECT min(at) FROM free_signs
          WHERE station_id = rows.station_id AND evse_id = 0 AND at > rows.last_received_at) AS "bootedAt",
         (SELECT max(COALESCE(said_at, at)) FROM free_signs
          WHERE station_id = rows.station_id AND evse_id = 0 AND at > rows.end_received_at - interval '1 hour'
            AND COALESCE(said_at, at) <= rows.end_received_at) AS "bootedBeforeEnd",
         (SELECT min(at) + interval '1 minute' FROM free_signs WHERE ${SAME_CONNECTOR}
            AND at >= GREATEST(rows.started_at, date_trunc('minute', rows.first_end_at) - interval '1 minute')
            AND at < rows.end_claimed_at) AS "freeBetween",
         (SELECT max(COALESCE(f.said_at, f.at)) FROM free_signs AS f
          WHERE f.station_id = rows.station_id AND f.evse_id = rows.evse_id AND f.connector_id = rows.connector_id
            AND f.at > rows.started_at
            AND f.at < COALESCE(rows.first_end_at, rows.end_claimed_at) - interval '${DOUBT_MS} milliseconds'
            AND NOT EXISTS (SELECT FROM free_signs AS b WHERE b.station_id = rows.station_id AND b.evse_id = 0
              AND b.at BETWEEN f.at - interval '${BACK_MS} milliseconds' AND f.at)) AS "freeBeforeEnd",
         ARRAY(SELECT COALESCE(said_at, at) FROM free_signs
          WHERE station_id = rows.station_id AND evse_id = 0 AND at > rows.started_at
            AND at < COALESCE(rows.end_claimed_at, rows.last_heard_at)
          ORDER BY at DESC LIMIT ${BOOTS_MAX}) AS boots
       FROM ${from}`,
      parameters,
    );
    return new Map(rows.map(({ sessionId, ...times }) => [sessionId, times]));
  }

  /** Forgets what is older, a bounded part at once. */
  async forget(tx: Transaction, before: Date): Promise<void> {
    await tx.query(
      `DELETE FROM free_signs WHERE ctid = ANY (ARRAY(SELECT ctid FROM free_signs WHERE at < $1 LIMIT $2))`,
      [before, FORGOTTEN_AT_ONCE],
    );
  }
}

function firstOfMinutes(signals: readonly EndSignal[]): (EndSignal & { saidAt: Date })[] {
  const first = new Map<string, EndSignal & { saidAt: Date }>();
  for (const signal of signals) {
    const { stationId, evseId, connectorId, at: saidAt } = signal;
    const at = new Date(Math.floor(saidAt.getTime() / MINUTE_MS) * MINUTE_MS);
    const key = `${stationId}/${evseId}/${connectorId} ${at.toISOString()}`;
    const known = first.get(key);
    if (!known || saidAt < known.saidAt) first.set(key, { ...signal, at, saidAt });
  }
  return [...first.values()];
}

function earliest(a: Date | null, b: Date): Date {
  return a && a < b ? a : b;
}
