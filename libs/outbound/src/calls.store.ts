import { type Transaction, storableText, unnest } from '@chargemesh/persistence';
import type { CallInHand, CallState, OutboundCall, Outcome } from './call.js';

/** The order that a call belongs to. */
export interface Lane {
  readonly operatorId: string;
  readonly destination: string;
  readonly orderKey: string;
}

export interface NewCall extends OutboundCall {
  readonly callId: string;
  readonly state: CallState;
  readonly traceparent?: string | undefined;
  readonly replayOf?: string | undefined;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly settledAt?: Date | undefined;
}

/** The first call of a lane, which is leased. */
export interface LeasedCall extends CallInHand {
  /** Of its destination, in a row, when it was leased. */
  readonly failures: number;
  readonly traceparent: string | null;
  readonly expiresAt: Date;
}

const LANE = { operatorId: 'uuid', destination: 'text', orderKey: 'text' } as const;
const SAME_LANE =
  'l.operator_id = rows.operator_id AND l.destination = rows.destination AND l.order_key = rows.order_key';
const FIRST_OF_LANE = `SELECT * FROM outbound_calls AS c
  WHERE c.operator_id = l.operator_id AND c.destination = l.destination AND c.order_key = l.order_key AND c.state = 'waiting'
  ORDER BY c.position LIMIT 1`;
const OF_LANE = 'operator_id = $1 AND destination = $2 AND order_key = $3';

/** Inserts missing destinations and lanes, and locks the lanes: this transaction's calls get the next places in them. */
export async function enterLanes(tx: Transaction, lanes: readonly Lane[], now: Date): Promise<void> {
  const { columns, from, parameters } = unnest(lanes, LANE);
  await tx.query(
    `INSERT INTO outbound_destinations (operator_id, destination)
     SELECT DISTINCT operator_id, destination FROM ${from} ORDER BY 1, 2 ON CONFLICT DO NOTHING`,
    parameters,
  );
  // A lane that is being left by its worker is waited for and made anew.
  await tx.query(
    `INSERT INTO outbound_lanes AS l (${columns}, next_at)
     SELECT ${columns}, $4::timestamptz FROM ${from} ORDER BY ${columns}
     ON CONFLICT (operator_id, destination, order_key) DO UPDATE SET next_at = l.next_at`,
    [...parameters, now],
  );
}

/** Calls that wait and are not the newest of their coalesce key any more. */
export async function supersede(tx: Transaction, calls: readonly OutboundCall[], now: Date): Promise<void> {
  const { from, parameters } = unnest(calls, { ...LANE, coalesceKey: 'text' });
  await tx.query(
    `UPDATE outbound_calls AS l SET state = 'superseded', settled_at = $5 FROM ${from}
     WHERE ${SAME_LANE} AND l.coalesce_key = rows.coalesce_key AND l.state = 'waiting'`,
    [...parameters, now],
  );
}

export async function insertCalls(tx: Transaction, calls: readonly NewCall[]): Promise<void> {
  const { columns, from, parameters } = unnest(calls, {
    callId: 'uuid',
    ...LANE,
    kind: 'text',
    body: 'jsonb',
    coalesceKey: 'text',
    traceparent: 'text',
    replayOf: 'uuid',
    state: 'text',
    createdAt: 'timestamptz',
    expiresAt: 'timestamptz',
    settledAt: 'timestamptz',
  });
  await tx.query(`INSERT INTO outbound_calls (${columns}) SELECT ${columns} FROM ${from}`, parameters);
}

export interface Turns {
  readonly now: Date;
  /** Lanes that are leased at most. */
  readonly limit: number;
  readonly lease: string;
  readonly leasedUntil: Date;
  readonly lanesPerDestination: number;
  /** A destination that has failed this often in a row gets one call at a time. */
  readonly breakerOpensAfter: number;
}

/** Leases lanes that are due, those of the destinations first that have waited longest for their turn. */
export async function leaseLanes(tx: Transaction, turns: Turns): Promise<Lane[]> {
  const destinations = await lockDueDestinations(tx, turns);
  if (destinations.length === 0) return [];
  // A statement of its own, which sees what was leased before the lock was had.
  const { from, parameters } = unnest(destinations, { operatorId: 'uuid', destination: 'text', lanes: 'int' });
  const lanes = await tx.query<Lane>(
    `WITH due AS (
       SELECT l.* FROM ${from} CROSS JOIN LATERAL (
         SELECT * FROM outbound_lanes AS l
         WHERE l.operator_id = rows.operator_id AND l.destination = rows.destination AND l.next_at <= $4
         ORDER BY l.next_at FOR UPDATE SKIP LOCKED
         LIMIT greatest(0, rows.lanes - (
           SELECT count(*) FROM outbound_lanes AS b WHERE b.operator_id = rows.operator_id
             AND b.destination = rows.destination AND b.lease IS NOT NULL AND b.next_at > $4))) AS l
       LIMIT $5)
     UPDATE outbound_lanes AS l SET lease = $6, next_at = $7 FROM due AS rows WHERE ${SAME_LANE}
     RETURNING l.operator_id AS "operatorId", l.destination, l.order_key AS "orderKey"`,
    [...parameters, turns.now, turns.limit, turns.lease, turns.leasedUntil],
  );
  await tookTurn(tx, lanes, turns.now);
  return lanes;
}

function lockDueDestinations(
  tx: Transaction,
  { now, limit, lanesPerDestination, breakerOpensAfter }: Turns,
): Promise<{ operatorId: string; destination: string; lanes: number }[]> {
  return tx.query(
    `SELECT operator_id AS "operatorId", destination, CASE WHEN failures >= $3 THEN 1 ELSE $4::int END AS lanes
     FROM outbound_destinations AS d
     WHERE not_before <= $1 AND EXISTS (SELECT 1 FROM outbound_lanes AS l
       WHERE l.operator_id = d.operator_id AND l.destination = d.destination AND l.next_at <= $1)
     ORDER BY turn_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED`,
    [now, limit, breakerOpensAfter, lanesPerDestination],
  );
}

async function tookTurn(tx: Transaction, lanes: readonly Lane[], now: Date): Promise<void> {
  const { from, parameters } = unnest(lanes, { operatorId: 'uuid', destination: 'text' });
  await tx.query(
    `UPDATE outbound_destinations AS d SET turn_at = $3 FROM ${from}
     WHERE d.operator_id = rows.operator_id AND d.destination = rows.destination`,
    [...parameters, now],
  );
}

/** The first call of each lane that has one. */
export function firstCalls(tx: Transaction, lanes: readonly Lane[]): Promise<LeasedCall[]> {
  const { from, parameters } = unnest(lanes, LANE);
  return tx.query<LeasedCall>(
    `SELECT c.call_id AS "callId", c.operator_id AS "operatorId", c.destination, c.order_key AS "orderKey", c.kind, c.body,
       c.traceparent, c.attempts + 1 AS attempt, c.expires_at AS "expiresAt", d.failures
     FROM ${from} JOIN outbound_lanes AS l ON ${SAME_LANE}
     JOIN outbound_destinations AS d ON d.operator_id = l.operator_id AND d.destination = l.destination
     CROSS JOIN LATERAL (${FIRST_OF_LANE}) AS c`,
    parameters,
  );
}

/** Ends the lanes of a lease, which was just taken, in which nothing waits. */
export async function endEmptyLanes(tx: Transaction, lease: string): Promise<void> {
  await tx.query(`DELETE FROM outbound_lanes AS l WHERE l.lease = $1 AND NOT EXISTS (${FIRST_OF_LANE})`, [lease]);
}

/** Whether the lane is still leased by this lease; if so, nobody writes into it until the end of the transaction. */
export async function lockLane(tx: Transaction, lane: Lane, lease: string): Promise<boolean> {
  const rows = await tx.query(`SELECT 1 FROM outbound_lanes WHERE ${OF_LANE} AND lease = $4 FOR UPDATE`, [
    ...keyOf(lane),
    lease,
  ]);
  return rows.length > 0;
}

/** Gives a locked lane back, to be looked at again then, or ends it when nothing waits in it. */
export async function giveBack(tx: Transaction, lane: Lane, nextAt: Date): Promise<void> {
  await tx.query(
    `WITH ended AS (
       DELETE FROM outbound_lanes AS l WHERE ${OF_LANE} AND NOT EXISTS (${FIRST_OF_LANE}) RETURNING 1)
     UPDATE outbound_lanes SET lease = NULL, next_at = $4 WHERE ${OF_LANE} AND NOT EXISTS (SELECT FROM ended)`,
    [...keyOf(lane), nextAt],
  );
}

export interface Attempt {
  readonly at: Date;
  readonly durationMs: number;
  readonly outcome: Outcome;
}

/** What is kept of what a destination answered, in characters. */
const ANSWER_KEPT = 2_000;

/**
 * Records the result of an attempt, and of its call if that still waits. A settled call stays as it is, unless it was
 * delivered all the same. Attempts are numbered here: after the end of a lease two may have begun as the same one.
 */
export async function recordAttempt(
  tx: Transaction,
  call: CallInHand,
  { at, durationMs, outcome }: Attempt,
  { state, now }: { state: CallState; now: Date },
): Promise<void> {
  await tx.query(
    `WITH call AS (
       UPDATE outbound_calls AS c SET attempts = c.attempts + 1,
         state = CASE WHEN stays THEN c.state ELSE $2 END,
         settled_at = CASE WHEN stays THEN c.settled_at WHEN $2 = 'waiting' THEN NULL ELSE $3::timestamptz END
       FROM (SELECT call_id, state <> 'waiting' AND $2 <> 'delivered' AS stays FROM outbound_calls
             WHERE call_id = $1 FOR UPDATE) AS before
       WHERE c.call_id = before.call_id
       RETURNING c.call_id, c.attempts, c.operator_id)
     INSERT INTO outbound_attempts (call_id, attempt, operator_id, at, duration_ms, result, status, answer, error)
     SELECT call_id, attempts, operator_id, $4, $5, $6, $7, $8, $9 FROM call`,
    [
      ...[call.callId, state, now, at, Math.round(durationMs), outcome.result],
      outcome.status ?? null,
      kept(outcome.answer),
      kept(outcome.result === 'failed' ? outcome.error : undefined),
    ],
  );
}

function kept(text: string | undefined): string | null {
  return text === undefined ? null : storableText(text).slice(0, ANSWER_KEPT);
}

export async function recordExpiry(tx: Transaction, { callId }: CallInHand, now: Date): Promise<void> {
  await tx.query(
    `UPDATE outbound_calls SET state = 'expired', settled_at = $2 WHERE call_id = $1 AND state = 'waiting'`,
    [callId, now],
  );
}

/** Failures of a destination in a row; nobody changes them until the end of the transaction. */
export async function lockDestination(tx: Transaction, { operatorId, destination }: Lane): Promise<number> {
  const [row] = await tx.query<{ failures: number }>(
    `SELECT failures FROM outbound_destinations WHERE operator_id = $1 AND destination = $2 FOR NO KEY UPDATE`,
    [operatorId, destination],
  );
  return row?.failures ?? 0;
}

export async function noteFailure(tx: Transaction, lane: Lane, failures: number, notBefore?: Date): Promise<void> {
  await tx.query(
    `UPDATE outbound_destinations SET failures = $3, not_before = greatest(not_before, $4::timestamptz)
     WHERE operator_id = $1 AND destination = $2`,
    [lane.operatorId, lane.destination, failures, notBefore ?? null],
  );
}

/** The destination is reached again. */
export async function noteReached(tx: Transaction, lane: Lane): Promise<void> {
  await tx.query('UPDATE outbound_destinations SET failures = 0 WHERE operator_id = $1 AND destination = $2', [
    lane.operatorId,
    lane.destination,
  ]);
}

/** A destination as if nothing had failed, and its lanes due; those whose call is being made go on by themselves. */
export async function makeDue(
  tx: Transaction,
  { operatorId, destination }: Omit<Lane, 'orderKey'>,
  now: Date,
): Promise<void> {
  await tx.query(
    `UPDATE outbound_destinations SET failures = 0, not_before = '-infinity' WHERE operator_id = $1 AND destination = $2`,
    [operatorId, destination],
  );
  await tx.query(
    `UPDATE outbound_lanes SET next_at = $3 WHERE operator_id = $1 AND destination = $2 AND lease IS NULL AND next_at > $3`,
    [operatorId, destination, now],
  );
}

/** When the next lane is due; undefined when nothing waits. */
export async function nextDue(tx: Transaction): Promise<Date | undefined> {
  const [row] = await tx.query<{ due: Date | null }>(
    `SELECT min(greatest(d.not_before, l.next_at)) AS due FROM outbound_destinations AS d CROSS JOIN LATERAL (
       SELECT next_at FROM outbound_lanes AS l WHERE l.operator_id = d.operator_id AND l.destination = d.destination
       ORDER BY next_at LIMIT 1) AS l`,
  );
  return row?.due ?? undefined;
}

function keyOf({ operatorId, destination, orderKey }: Lane): [string, string, string] {
  return [operatorId, destination, orderKey];
}
