import { Injectable } from '@nestjs/common';
import { LostRace, type Transaction, snakeCase, unnest } from '@chargemesh/persistence';
import { In } from 'typeorm';
import type { Session } from './session.js';
import type { Ran } from './lost-transactions.js';
import { SessionRow } from './session.entity.js';
import { type Look, silentSince } from './to-review.js';

const COLUMNS = {
  sessionId: 'uuid',
  operatorId: 'uuid',
  stationId: 'text',
  transactionId: 'text',
  version: 'integer',
  status: 'text',
  evseId: 'integer',
  connectorId: 'integer',
  evseAt: 'timestamptz',
  startClaimedAt: 'timestamptz',
  startReceivedAt: 'timestamptz',
  startedAt: 'timestamptz',
  token: 'jsonb',
  tokenAt: 'timestamptz',
  authorizedAt: 'timestamptz',
  refusedAt: 'timestamptz',
  refused: 'jsonb',
  agreedPrice: 'jsonb',
  location: 'jsonb',
  connector: 'jsonb',
  endClaimedAt: 'timestamptz',
  endReceivedAt: 'timestamptz',
  lastStartAt: 'timestamptz',
  firstEndAt: 'timestamptz',
  stopReason: 'text',
  endedBy: 'jsonb',
  endedAt: 'timestamptz',
  inferredEndAt: 'timestamptz',
  freedAt: 'timestamptz',
  freeBy: 'timestamptz',
  unservedAt: 'timestamptz',
  startSeqNo: 'integer',
  endSeqNo: 'integer',
  seqRanges: 'jsonb',
  firstFactAt: 'timestamptz',
  lastFactAt: 'timestamptz',
  lastHeardAt: 'timestamptz',
  lastReceivedAt: 'timestamptz',
  offsets: 'jsonb',
  maxPowerW: 'double precision',
  freeAt: 'timestamptz',
  roles: 'jsonb',
  series: 'text',
  beginWh: 'double precision',
  endWh: 'double precision',
  walks: 'jsonb',
  stateAt: 'timestamptz',
  chargingState: 'text',
  hasCharged: 'boolean',
  chargedAt: 'timestamptz',
  risenAt: 'timestamptz',
  idleSince: 'timestamptz',
  energyWh: 'bigint',
  finalDueAt: 'timestamptz',
  finalizedAt: 'timestamptz',
  correctedAt: 'timestamptz',
  finalDigest: 'text',
  signedVerdict: 'jsonb',
  hold: 'jsonb',
  decision: 'jsonb',
  flags: 'jsonb',
  lateFacts: 'integer',
  lateSince: 'timestamptz',
  traceparent: 'text',
} as const;

/** The columns that the next reading of a running session moves. */
const FIGURES = {
  sessionId: 'uuid',
  version: 'integer',
  seqRanges: 'jsonb',
  lastFactAt: 'timestamptz',
  lastHeardAt: 'timestamptz',
  lastReceivedAt: 'timestamptz',
  offsets: 'jsonb',
  series: 'text',
  beginWh: 'double precision',
  endWh: 'double precision',
  walks: 'jsonb',
  stateAt: 'timestamptz',
  chargingState: 'text',
  hasCharged: 'boolean',
  risenAt: 'timestamptz',
  idleSince: 'timestamptz',
  energyWh: 'bigint',
} as const;
/** What the facts of a started session do not need. */
const SNAPSHOT: ReadonlySet<string> = new Set(['token', 'location', 'connector']);

const TIMES = Object.entries(COLUMNS).flatMap(([property, type]) => (type === 'timestamptz' ? [property] : []));
/** Times are read as seconds: both ends spend several times as much on texts. */
const valueOf = (property: string): string =>
  TIMES.includes(property) ? `date_part('epoch', s.${snakeCase(property)})` : `s.${snakeCase(property)}`;
const selected = (read: (property: string) => string): string =>
  Object.keys(COLUMNS)
    .map((property) => `${read(property)} AS "${property}"`)
    .concat('s.connector IS NOT NULL AS placed')
    .join(', ');

const WHOLE = selected(valueOf);
const RUNNING = selected((property) =>
  SNAPSHOT.has(property) ? `CASE WHEN s.status = 'pending' THEN s.${property} END` : valueOf(property),
);
// A snapshot that was not read must not be lost.
const DESCRIBED = Object.keys(COLUMNS)
  .filter((property) => property !== 'sessionId')
  .map((property) =>
    SNAPSHOT.has(property)
      ? `${property} = COALESCE(EXCLUDED.${property}, s.${property})`
      : `${snakeCase(property)} = EXCLUDED.${snakeCase(property)}`,
  )
  .join(', ');
const ADVANCED = Object.keys(FIGURES)
  .filter((property) => property !== 'sessionId')
  .map((property) => `${snakeCase(property)} = rows.${snakeCase(property)}`)
  .join(', ');

/** As many began before something was read at a station and may have run then. */
const LOOKED_AT_MAX = 10;

/** Sessions that are longer are not looked for, nor more of a station. */
const LONGEST_DAYS = 7;
const RAN_MAX = 1_000;

/** Final by an end that was only inferred, and nothing began at its EVSE since. */
const mayGoOn = (finalSince: string): string =>
  `s.status = 'finalized' AND s.end_claimed_at IS NULL AND s.finalized_at >= ${finalSince} AND NOT EXISTS (
     SELECT 1 FROM sessions n
     WHERE n.station_id = s.station_id AND n.evse_id = s.evse_id AND n.started_at > s.started_at)`;

/** A session as the database gives it: its times are seconds. */
type SessionRecord = Record<string, unknown> & { energyWh: string };

/** How many sessions there are that are not final; those that are silent are active as well. */
type Open = Readonly<Record<'active' | 'silent' | 'ended' | 'held', number>>;

/** A running session, seen from its token. */
export type Charging = Pick<Session, 'operatorId' | 'stationId' | 'transactionId'> & { uid: string };

/** SQL of sessions; the caller holds the locks of the stations. */
@Injectable()
export class SessionsStore {
  /** How many sessions are under way or wait for somebody, by status; each is read from an index that has no others. */
  async open(tx: Transaction, look: Look): Promise<Open> {
    const [counts] = await tx.query<Open>(
      `SELECT (SELECT count(*)::integer FROM sessions WHERE status = 'active') AS active,
         (SELECT count(*)::integer FROM sessions WHERE status = 'active' AND last_received_at < $1) AS silent,
         (SELECT count(*)::integer FROM sessions WHERE status = 'ended' AND final_due_at IS NOT NULL) AS ended,
         (SELECT count(*)::integer FROM sessions WHERE status = 'held') AS held`,
      [silentSince(look)],
    );
    return counts ?? { active: 0, silent: 0, ended: 0, held: 0 };
  }

  async load(
    tx: Transaction,
    transactions: readonly { stationId: string; transactionId: string }[],
  ): Promise<Session[]> {
    const { from, parameters } = unnest(transactions, { stationId: 'text', transactionId: 'text' });
    const rows = await tx.prepared<SessionRecord>(
      `SELECT ${RUNNING} FROM ${from} JOIN sessions s USING (station_id, transaction_id)`,
      parameters,
    );
    return rows.map(sessionOf);
  }

  /** Those at these stations whose end was not reported, and that are not final, or may go on all the same. */
  async unended(tx: Transaction, stationIds: readonly string[], finalSince: Date): Promise<Session[]> {
    if (stationIds.length === 0) return [];
    // To plan it took three times as long as to run it: 3.2 ms of the server a session against 1.0 (`bench:whole-way`).
    const rows = await tx.prepared<SessionRecord>(
      `SELECT ${RUNNING} FROM sessions s WHERE s.station_id = ANY ($1)
         AND (s.status = 'active' OR (s.status IN ('ended', 'held') AND s.end_claimed_at IS NULL))
       UNION ALL
       SELECT ${RUNNING} FROM sessions s WHERE s.station_id = ANY ($1) AND ${mayGoOn('$2')}`,
      [stationIds, finalSince],
    );
    return rows.map(sessionOf);
  }

  /** The last of each EVSE that began before something was read there. */
  async begunBefore(
    tx: Transaction,
    readings: readonly { stationId: string; evseId: number; at: string }[],
  ): Promise<Session[]> {
    if (readings.length === 0) return [];
    const { from, parameters } = unnest(readings, { stationId: 'text', evseId: 'integer', at: 'timestamptz' });
    const rows = await tx.prepared<SessionRecord>(
      `SELECT DISTINCT ON (s.session_id) ${RUNNING} FROM ${from} CROSS JOIN LATERAL (
         SELECT * FROM sessions WHERE station_id = rows.station_id AND evse_id = rows.evse_id AND started_at <= rows.at
         ORDER BY started_at DESC LIMIT 1) s`,
      parameters,
    );
    return rows.map(sessionOf);
  }

  /** Those at a station that ran at a moment, of the last that began before it. */
  async ranAt(tx: Transaction, moments: readonly { stationId: string; at: string }[]): Promise<Session[]> {
    if (moments.length === 0) return [];
    const { from, parameters } = unnest(moments, { stationId: 'text', at: 'timestamptz' });
    const rows = await tx.query<SessionRecord>(
      `SELECT DISTINCT ON (s.session_id) ${RUNNING} FROM ${from} CROSS JOIN LATERAL (
         SELECT * FROM sessions WHERE station_id = rows.station_id AND started_at <= rows.at
         ORDER BY started_at DESC LIMIT ${LOOKED_AT_MAX}) s
       WHERE s.ended_at IS NULL OR s.ended_at >= rows.at`,
      parameters,
    );
    return rows.map(sessionOf);
  }

  /** Those of a station that may have run in a time, and their registers; of very many the last. */
  ranBetween(tx: Transaction, stationId: string, { from, to }: { from: Date; to: Date }): Promise<Ran[]> {
    return tx.query(
      `SELECT evse_id AS "evseId", started_at AS "startedAt", ended_at AS "endedAt", begin_wh AS "beginWh",
         COALESCE(end_wh, (walks -> series ->> 'wh')::double precision) AS "endWh" FROM sessions
       WHERE station_id = $1 AND evse_id IS NOT NULL AND started_at > $2::timestamptz - interval '${LONGEST_DAYS} days'
         AND started_at <= $3 AND (ended_at IS NULL OR ended_at >= $2)
       ORDER BY started_at DESC LIMIT ${RAN_MAX}`,
      [stationId, from, to],
    );
  }

  /** Those that ends at their stations may be of: not over then, or with a reported end of the same moment; whole. */
  async endedBy(
    tx: Transaction,
    ends: readonly { stationId: string; at: string; receivedAt: string }[],
    finalSince: Date,
  ): Promise<Session[]> {
    if (ends.length === 0) return [];
    const { from, parameters } = unnest(ends, { stationId: 'text', at: 'timestamptz', receivedAt: 'timestamptz' });
    const rows = await tx.query<SessionRecord>(
      `SELECT DISTINCT ON (s.session_id) ${WHOLE} FROM ${from} JOIN sessions s USING (station_id)
       WHERE (s.start_claimed_at <= rows.at OR s.start_received_at <= rows.received_at
           OR s.start_claimed_at IS NULL AND s.first_fact_at <= rows.at)
         AND (s.end_claimed_at >= rows.at
           OR s.end_claimed_at IS NULL
             AND (s.finalized_at IS NULL OR COALESCE(s.inferred_end_at, s.ended_at) > rows.at)
           OR (${mayGoOn(`$${parameters.length + 1}`)}))`,
      [...parameters, finalSince],
    );
    return rows.map(sessionOf);
  }

  /** Those of the sessions that are due now, to be final or to be corrected. */
  async loadDue(tx: Transaction, sessionIds: readonly string[], now: Date): Promise<Session[]> {
    const rows = await tx.prepared<SessionRecord>(
      `SELECT ${WHOLE} FROM sessions s WHERE s.session_id = ANY ($1) AND s.final_due_at <= $2 ORDER BY s.final_due_at`,
      [sessionIds, now],
    );
    return rows.map(sessionOf);
  }

  /** Sessions with all that is known of them. */
  async loadWhole(tx: Transaction, sessionIds: readonly string[]): Promise<Session[]> {
    const rows = await tx.prepared<SessionRecord>(`SELECT ${WHOLE} FROM sessions s WHERE s.session_id = ANY ($1)`, [
      sessionIds,
    ]);
    return rows.map(sessionOf);
  }

  /** Those that are due, the longest first, but for stations that are known to be busy. */
  findDue(
    tx: Transaction,
    now: Date,
    limit: number,
    busy: Iterable<string>,
  ): Promise<{ sessionId: string; stationId: string }[]> {
    return tx.prepared(
      `SELECT session_id AS "sessionId", station_id AS "stationId" FROM sessions
       WHERE final_due_at <= $1 AND station_id <> ALL ($3) ORDER BY final_due_at LIMIT $2`,
      [now, limit, [...busy]],
    );
  }

  /** Has a session that is due looked at later. */
  async postpone(tx: Transaction, sessionId: string, until: Date): Promise<void> {
    await tx.query(`UPDATE sessions SET final_due_at = $2 WHERE session_id = $1`, [sessionId, until]);
  }

  /** Has final sessions looked at again, whenever their facts came. */
  async reopen(tx: Transaction, sessionIds: readonly string[], now: Date): Promise<void> {
    await tx.query(`UPDATE sessions SET final_due_at = $2 WHERE session_id = ANY ($1) AND finalized_at IS NOT NULL`, [
      sessionIds,
      now,
    ]);
  }

  /**
   * Has what was said of final sessions since then said again, for readers that may not have heard it; gives how many. The
   * version rises, so that who has read a session before does not write back that it was said.
   */
  async tellAgain(tx: Transaction, since: Date, now: Date): Promise<number> {
    const [row] = await tx.query<{ sessions: number }>(
      `WITH again AS (UPDATE sessions SET final_digest = NULL, final_due_at = $2, version = version + 1
         WHERE status = 'finalized' AND COALESCE(corrected_at, finalized_at) >= $1 RETURNING 1)
       SELECT count(*)::integer AS sessions FROM again`,
      [since, now],
    );
    return row?.sessions ?? 0;
  }

  /** Has final sessions of stations looked at again whose signed values could not be checked for want of a key. */
  async reopenWithoutKey(tx: Transaction, stationIds: readonly string[], since: Date, now: Date): Promise<void> {
    if (stationIds.length === 0) return;
    await tx.query(
      `UPDATE sessions SET final_due_at = $3 WHERE station_id = ANY ($1) AND status = 'finalized'
         AND signed_verdict ->> 'result' = 'no-key' AND finalized_at >= $2`,
      [stationIds, since, now],
    );
  }

  /** Which of the tokens, in the spelling by which they are compared, charge right now. */
  charging(tx: Transaction, uids: readonly string[]): Promise<Charging[]> {
    return tx.query<Charging>(
      `SELECT operator_id AS "operatorId", station_id AS "stationId", transaction_id AS "transactionId",
         token_uid AS uid
       FROM sessions WHERE token_uid = ANY ($1) AND status = 'active'`,
      [uids],
    );
  }

  /** Those on a token, in the spelling by which tokens are compared, whose end was not reported and that may still run. */
  unendedOn(
    tx: Transaction,
    operatorId: string,
    tokenUid: string,
  ): Promise<Pick<Session, 'operatorId' | 'sessionId' | 'stationId' | 'evseId' | 'transactionId'>[]> {
    return tx.query(
      `SELECT operator_id AS "operatorId", session_id AS "sessionId", station_id AS "stationId", evse_id AS "evseId",
         transaction_id AS "transactionId"
       FROM sessions WHERE operator_id = $1 AND token_uid = $2 AND end_claimed_at IS NULL AND status <> 'finalized'
       ORDER BY start_claimed_at`,
      [operatorId, tokenUid],
    );
  }

  /** Writes sessions as a whole. Rejects with `LostRace` when one was changed since it was read. */
  async save(tx: Transaction, changed: readonly Session[]): Promise<void> {
    if (changed.length === 0) return;
    const { columns, from, parameters } = unnest(changed, COLUMNS);
    const written = await tx.prepared(
      `INSERT INTO sessions AS s (${columns}) SELECT ${columns} FROM ${from}
       ON CONFLICT (session_id) DO UPDATE SET ${DESCRIBED} WHERE s.version < EXCLUDED.version RETURNING 1`,
      parameters,
    );
    if (written.length < changed.length) throw new LostRace('a session');
  }

  /** Removes sessions of which nothing was ever told but that they are to review. */
  async remove(tx: Transaction, sessionIds: readonly string[]): Promise<void> {
    if (sessionIds.length === 0) return;
    await tx.query(`DELETE FROM sessions WHERE session_id = ANY ($1) AND status = 'pending'`, [sessionIds]);
  }

  /** Writes what the next reading moves; rejects like `save`. */
  async advance(tx: Transaction, sessions: readonly Session[]): Promise<void> {
    if (sessions.length === 0) return;
    const { from, parameters } = unnest(sessions, FIGURES);
    const written = await tx.prepared(
      `UPDATE sessions s SET ${ADVANCED} FROM ${from}
       WHERE s.session_id = rows.session_id AND s.version < rows.version RETURNING 1`,
      parameters,
    );
    if (written.length < sessions.length) throw new LostRace('a session');
  }

  /** Which of the stations are no more. */
  async removed(tx: Transaction, stationIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (stationIds.length === 0) return new Set();
    const rows = await tx.prepared<{ stationId: string }>(
      `SELECT station_id AS "stationId" FROM known_stations WHERE station_id = ANY ($1) AND deleted`,
      [stationIds],
    );
    return new Set(rows.map(({ stationId }) => stationId));
  }

  find(tx: Transaction, sessionId: string): Promise<SessionRow | null> {
    return tx.manager.findOne(SessionRow, { where: { sessionId } });
  }

  those(tx: Transaction, sessionIds: readonly string[]): Promise<SessionRow[]> {
    return tx.manager.find(SessionRow, { where: { sessionId: In([...sessionIds]) } });
  }
}

function sessionOf(row: SessionRecord): Session {
  for (const property of TIMES) {
    const seconds = row[property];
    if (typeof seconds === 'number') row[property] = new Date(Math.round(seconds * 1_000));
  }
  return Object.assign(row, { energyWh: Number(row.energyWh) }) as unknown as Session;
}
