import type { Transaction } from '@chargemesh/persistence';

export interface KeptAnswer {
  readonly operatorId: string;
  readonly key: string;
  /** Of the request that it was given to. */
  readonly fingerprint: string;
  readonly answer: Buffer;
  readonly answeredAt: Date;
}

export async function answerOf(tx: Transaction, operatorId: string, key: string): Promise<KeptAnswer | undefined> {
  const [row] = await tx.query<KeptAnswer>(
    `SELECT operator_id AS "operatorId", key, fingerprint, answer, answered_at AS "answeredAt"
     FROM idempotent_answers WHERE operator_id = $1 AND key = $2`,
    [operatorId, key],
  );
  return row;
}

export async function keepAnswer(tx: Transaction, kept: KeptAnswer): Promise<void> {
  const { operatorId, key, fingerprint, answer, answeredAt } = kept;
  await tx.query(
    `INSERT INTO idempotent_answers (operator_id, key, fingerprint, answer, answered_at) VALUES ($1, $2, $3, $4, $5)`,
    [operatorId, key, fingerprint, answer, answeredAt],
  );
}

/** Forgets some of those that are older, of the operators that the transaction sees; gives how many. */
export async function forgetAnswers(tx: Transaction, before: Date, atMost: number): Promise<number> {
  const gone = await tx.query(
    `DELETE FROM idempotent_answers WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM idempotent_answers WHERE answered_at < $1 LIMIT $2)) RETURNING 1`,
    [before, atMost],
  );
  return gone.length;
}
