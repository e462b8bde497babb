import type { Transaction } from '@chargemesh/persistence';

/** What waits for a destination; of one for which nothing waits too, so that its gauge falls. */
export interface Backlog {
  readonly operatorId: string;
  readonly destination: string;
  readonly waiting: number;
  /** Age of the oldest, in seconds; 0 if nothing waits. */
  readonly oldestS: number;
}

export function backlogs(tx: Transaction, now: Date): Promise<Backlog[]> {
  return tx.query<Backlog>(
    `SELECT d.operator_id AS "operatorId", d.destination, w.waiting,
       coalesce(extract(epoch FROM $1::timestamptz - w.oldest), 0)::float8 AS "oldestS"
     FROM outbound_destinations AS d CROSS JOIN LATERAL (
       SELECT count(*)::int AS waiting, min(created_at) AS oldest FROM outbound_calls AS c
       WHERE c.operator_id = d.operator_id AND c.destination = d.destination AND c.state = 'waiting') AS w
     ORDER BY d.operator_id, d.destination`,
    [now],
  );
}
