import type { AuthorizationStatus } from '@chargemesh/contracts';
import type { Transaction } from '@chargemesh/persistence';

/** The answer about the token of a start. */
export interface StartAnswer {
  readonly status: AuthorizationStatus;
  /** Who decided: sessions, or the operator's default because nobody answered in time. */
  readonly by: 'sessions' | 'default';
  readonly groupId?: string;
  readonly cacheUntil?: string;
}

export interface IssuedId {
  readonly transactionId: number;
  /** Absent until the start was answered. */
  readonly answer?: StartAnswer;
}

/** After what another start may have the same key: a boot, which restarts the clock, or the end of this one. */
export type Recurrence = 'boot' | 'end';

/** The identity of a start. */
export interface StartIdentity {
  /** Digest of what makes two messages the same start. */
  readonly startKey: string;
  readonly connectorId: number;
  /** Left out where its clock is right: then no other start has the same key. */
  readonly recursAfter?: Recurrence | undefined;
}

/** Transaction ids of OCPP 1.6, issued by start key; one method, one statement. */
export class TransactionIdsStore {
  /**
   * Issues the id of this start: a new one, or for a retry the one that was issued before, with its answer. The same key is another
   * start, and no retry, where the former one may recur, was acknowledged and is over.
   */
  async issue(
    tx: Transaction,
    start: StartIdentity & { operatorId: string; stationId: string; at: string },
  ): Promise<IssuedId> {
    const { operatorId, stationId, startKey, connectorId, recursAfter = null, at } = start;
    if (recursAfter)
      await tx.prepared(
        `UPDATE starts SET start_key = NULL WHERE operator_id = $1 AND station_id = $2 AND start_key = $3
           AND over_at IS NOT NULL AND acknowledged_at IS NOT NULL`,
        [operatorId, stationId, startKey],
      );
    const [row] = await tx.prepared<{ transaction_id: number; answer: StartAnswer | null }>(
      // Above `timeline_base()`: stations still name ids that a restored database has forgotten (ADR 19).
      `INSERT INTO starts (transaction_id, operator_id, station_id, start_key, connector_id, recurs_after, created_at)
       OVERRIDING SYSTEM VALUE
       VALUES (nextval(pg_get_serial_sequence('starts', 'transaction_id')) + timeline_base(), $1, $2, $3, $4, $5, $6)
       ON CONFLICT (operator_id, station_id, start_key) DO UPDATE
         SET start_key = excluded.start_key, connector_id = excluded.connector_id, over_at = NULL
       RETURNING transaction_id, answer`,
      [operatorId, stationId, startKey, connectorId, recursAfter, at],
    );
    if (!row) throw new Error('A start was neither inserted nor found');
    return { transactionId: row.transaction_id, ...(row.answer ? { answer: row.answer } : {}) };
  }

  /** Notes that the station has the answers of these starts, where another one may say the same. */
  async acknowledge(tx: Transaction, stationId: string, transactionIds: readonly number[], at: string): Promise<void> {
    await tx.prepared(
      `UPDATE starts SET acknowledged_at = $3 WHERE transaction_id = ANY ($1) AND station_id = $2
         AND recurs_after IS NOT NULL AND acknowledged_at IS NULL`,
      [transactionIds, stationId, at],
    );
  }

  /**
   * Notes that starts until then which another one may repeat are over: of a connector that is free, or all of a station
   * that booted.
   * @returns whether the station has no others by now
   */
  async over(
    tx: Transaction,
    { operatorId, stationId }: { operatorId: string; stationId: string },
    connectorId: number | undefined,
    at: string,
  ): Promise<boolean> {
    const open = `operator_id = $1 AND station_id = $2
      AND recurs_after IS NOT NULL AND start_key IS NOT NULL AND over_at IS NULL`;
    const [row] = await tx.prepared<{ none: boolean }>(
      `WITH over AS (
         UPDATE starts SET over_at = $4 WHERE ${open} AND created_at <= $4
           AND ($3::double precision IS NULL OR (connector_id = $3 AND recurs_after = 'end'))
         RETURNING transaction_id)
       SELECT NOT EXISTS (
         SELECT FROM starts WHERE ${open} AND transaction_id NOT IN (SELECT transaction_id FROM over)) AS none`,
      [operatorId, stationId, connectorId ?? null, at],
    );
    return row?.none ?? false;
  }

  /**
   * The station names a transaction id: notes that it has the answer of the start.
   * @returns whether it was issued this id
   */
  async acknowledgeNamed(tx: Transaction, stationId: string, transactionId: number, at: string): Promise<boolean> {
    const [row] = await tx.prepared(
      `WITH acknowledged AS (
         UPDATE starts SET acknowledged_at = $3 WHERE transaction_id = $1 AND station_id = $2
           AND recurs_after IS NOT NULL AND acknowledged_at IS NULL)
       SELECT FROM starts WHERE transaction_id = $1 AND station_id = $2`,
      [transactionId, stationId, at],
    );
    return row !== undefined;
  }

  /** The same of an end; what may recur after it is another start from now on. */
  async end(tx: Transaction, stationId: string, transactionId: number, at: string): Promise<boolean> {
    const [row] = await tx.prepared(
      `WITH ended AS (
         UPDATE starts SET acknowledged_at = COALESCE(acknowledged_at, $3),
           start_key = CASE recurs_after WHEN 'boot' THEN start_key END
         WHERE transaction_id = $1 AND station_id = $2 AND recurs_after IS NOT NULL AND start_key IS NOT NULL)
       SELECT FROM starts WHERE transaction_id = $1 AND station_id = $2`,
      [transactionId, stationId, at],
    );
    return row !== undefined;
  }

  /** The newest transaction id that the station was issued. */
  async latest(tx: Transaction, operatorId: string, stationId: string): Promise<number | null> {
    const [row] = await tx.query<{ latest: number | null }>(
      `SELECT max(transaction_id) AS latest FROM starts WHERE operator_id = $1 AND station_id = $2`,
      [operatorId, stationId],
    );
    return row?.latest ?? null;
  }

  /** Keeps the answer of a start, unless one was kept before; returns the one that counts. */
  async answer(tx: Transaction, transactionId: number, answer: StartAnswer): Promise<StartAnswer> {
    const [row] = await tx.prepared<{ answer: StartAnswer }>(
      `UPDATE starts SET answer = COALESCE(answer, $2::jsonb) WHERE transaction_id = $1 RETURNING answer`,
      [transactionId, JSON.stringify(answer)],
    );
    return row?.answer ?? answer;
  }
}
