import type { Transaction } from '@chargemesh/persistence';
import type { CallState, Outcome } from './call.js';

/** A call and what became of it so far. */
export interface LoggedCall {
  readonly callId: string;
  readonly operatorId: string;
  readonly destination: string;
  readonly orderKey: string;
  readonly kind: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly coalesceKey: string | null;
  /** The call that this one repeats. */
  readonly replayOf: string | null;
  readonly state: CallState;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly settledAt: Date | null;
  /** Who discarded it. */
  readonly settledBy: string | null;
}

export interface LoggedAttempt {
  readonly attempt: number;
  readonly at: Date;
  readonly durationMs: number;
  readonly result: Outcome['result'];
  readonly status: number | null;
  readonly answer: string | null;
  readonly error: string | null;
}

export interface LogPage {
  readonly operatorId: string;
  readonly destination?: string | undefined;
  readonly state?: CallState | undefined;
  readonly kind?: string | undefined;
  /** Written from then on, and before. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Older than this call; ids rise with time. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** SQL of a `LoggedCall`. */
export const LOGGED_COLUMNS = `call_id AS "callId", operator_id AS "operatorId", destination, order_key AS "orderKey", kind, body,
  coalesce_key AS "coalesceKey", replay_of AS "replayOf", state, attempts, created_at AS "createdAt",
  expires_at AS "expiresAt", settled_at AS "settledAt", settled_by AS "settledBy"`;

/** Newest first. */
export function callsPage(tx: Transaction, page: LogPage): Promise<LoggedCall[]> {
  return tx.query<LoggedCall>(
    `SELECT ${LOGGED_COLUMNS} FROM outbound_calls
     WHERE operator_id = $1 AND ($2::text IS NULL OR destination = $2) AND ($3::text IS NULL OR state = $3)
       AND ($4::text IS NULL OR kind = $4) AND ($5::timestamptz IS NULL OR created_at >= $5)
       AND ($6::timestamptz IS NULL OR created_at < $6) AND ($7::uuid IS NULL OR call_id < $7)
     ORDER BY call_id DESC LIMIT $8`,
    [
      page.operatorId,
      page.destination ?? null,
      page.state ?? null,
      page.kind ?? null,
      page.from ?? null,
      page.to ?? null,
      page.before ?? null,
      page.limit,
    ],
  );
}

/** Of which calls one is looked for. */
export interface CallsOf {
  readonly operatorId: string;
  /** Of all, if absent. */
  readonly destination?: string;
}

export async function callOf(tx: Transaction, of: CallsOf, callId: string): Promise<LoggedCall | undefined> {
  const [call] = await tx.query<LoggedCall>(FOUND, [of.operatorId, of.destination ?? null, [callId]]);
  return call;
}

/** Calls in the order in which they were written, which nobody changes until the end of the transaction. */
export function lockCalls(tx: Transaction, of: CallsOf, callIds: readonly string[]): Promise<LoggedCall[]> {
  return tx.query<LoggedCall>(`${FOUND} ORDER BY call_id FOR UPDATE`, [of.operatorId, of.destination ?? null, callIds]);
}

const FOUND = `SELECT ${LOGGED_COLUMNS} FROM outbound_calls
  WHERE operator_id = $1 AND ($2::text IS NULL OR destination = $2) AND call_id = ANY ($3::uuid[])`;

/** Oldest first. */
export function attemptsOf(tx: Transaction, callId: string, limit: number): Promise<LoggedAttempt[]> {
  return tx.query<LoggedAttempt>(
    `SELECT attempt, at, duration_ms AS "durationMs", result, status, answer, error
     FROM outbound_attempts WHERE call_id = $1 ORDER BY at LIMIT $2`,
    [callId, limit],
  );
}

export async function discardCall(tx: Transaction, callId: string, by: { now: Date; subject: string }): Promise<void> {
  await tx.query(`UPDATE outbound_calls SET state = 'discarded', settled_at = $2, settled_by = $3 WHERE call_id = $1`, [
    callId,
    by.now,
    by.subject,
  ]);
}

/** Deletes some calls that were settled before then, with their attempts; returns how many. */
export async function forgetSettled(tx: Transaction, before: Date, limit: number): Promise<number> {
  const rows = await tx.query(
    `DELETE FROM outbound_calls WHERE call_id IN (
       SELECT call_id FROM outbound_calls WHERE settled_at < $1 ORDER BY settled_at LIMIT $2) RETURNING 1`,
    [before, limit],
  );
  return rows.length;
}
