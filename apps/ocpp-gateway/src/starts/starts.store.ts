import type { AuthorizationStatus } from '@chargemesh/contracts';
import type { Transaction } from '@chargemesh/persistence';

/** What a station was told about the token of a start. */
export interface StartAnswer {
  readonly status: AuthorizationStatus;
  /** Who decided: sessions, or the operator's default because nobody answered in time. */
  readonly by: 'sessions' | 'default';
  readonly groupId?: string;
  readonly cacheUntil?: string;
}

export interface Start {
  readonly transactionId: number;
  /** Absent until the start was answered. */
  readonly answer?: StartAnswer;
}

/** Transaction ids of OCPP 1.6, given out by start key. */
export class StartsStore {
  /** The id of this start: a new one, or the one it was given before, with the answer it was given. */
  async claim(
    tx: Transaction,
    start: { operatorId: string; stationId: string; startKey: string; at: string },
  ): Promise<Start> {
    const [row] = await tx.query<{ transaction_id: number; answer: StartAnswer | null }>(
      `INSERT INTO starts (operator_id, station_id, start_key, created_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (operator_id, station_id, start_key) DO UPDATE SET start_key = excluded.start_key
       RETURNING transaction_id, answer`,
      [start.operatorId, start.stationId, start.startKey, start.at],
    );
    if (!row) throw new Error('A start was neither inserted nor found');
    return { transactionId: row.transaction_id, ...(row.answer ? { answer: row.answer } : {}) };
  }

  /** Whether the station was given this transaction id. */
  async isOf(tx: Transaction, stationId: string, transactionId: number): Promise<boolean> {
    const [row] = await tx.query(`SELECT FROM starts WHERE transaction_id = $1 AND station_id = $2`, [
      transactionId,
      stationId,
    ]);
    return row !== undefined;
  }

  /** The newest transaction id that the station was given. */
  async latest(tx: Transaction, operatorId: string, stationId: string): Promise<number | null> {
    const [row] = await tx.query<{ latest: number | null }>(
      `SELECT max(transaction_id) AS latest FROM starts WHERE operator_id = $1 AND station_id = $2`,
      [operatorId, stationId],
    );
    return row?.latest ?? null;
  }

  /** Keeps the answer of a start, unless one was kept before; returns the one that counts. */
  async answer(tx: Transaction, transactionId: number, answer: StartAnswer): Promise<StartAnswer> {
    const [row] = await tx.query<{ answer: StartAnswer }>(
      `UPDATE starts SET answer = COALESCE(answer, $2::jsonb) WHERE transaction_id = $1 RETURNING answer`,
      [transactionId, JSON.stringify(answer)],
    );
    return row?.answer ?? answer;
  }
}
