import type { Transaction } from '@chargemesh/persistence';

/** Leases of the gateway's processes, by the database's clock, which is the same for all of them. */
export class PodsStore {
  async renew(tx: Transaction, pod: { podId: string; name: string }, leaseMs: number): Promise<void> {
    await tx.query(
      `INSERT INTO pods (pod_id, name, lease_until) VALUES ($1, $2, now() + $3 * interval '1 millisecond')
       ON CONFLICT (pod_id) DO UPDATE SET lease_until = excluded.lease_until`,
      [pod.podId, pod.name, leaseMs],
    );
  }

  /** Gives the lease back, so that the others need not wait for its end. */
  async leave(tx: Transaction, podId: string): Promise<void> {
    await tx.query('DELETE FROM pods WHERE pod_id = $1', [podId]);
  }

  /** Forgets dead pods of which no connection is left to be told about. */
  async forgetDead(tx: Transaction): Promise<void> {
    await tx.query(
      `DELETE FROM pods p WHERE lease_until < now()
       AND NOT EXISTS (SELECT FROM connections c WHERE c.pod_id = p.pod_id AND c.open)`,
    );
  }
}
