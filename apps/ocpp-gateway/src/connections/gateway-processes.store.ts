import type { Transaction } from '@chargemesh/persistence';

/** This process among the gateway's processes; a restart is another one. */
export interface GatewayProcess {
  readonly processId: string;
  readonly name: string;
}

/** Leases of the gateway's processes (table `pods`), by the database's clock, which is the same for all of them. */
export class GatewayProcessesStore {
  /**
   * Renews the lease, or takes it anew. `held_since` is the beginning of the renewals that followed each other within
   * half a lease: a longer pause may have been the database's, and then the others could not renew theirs either.
   */
  async renew(tx: Transaction, gatewayProcess: GatewayProcess, leaseMs: number): Promise<void> {
    await tx.query(
      `INSERT INTO pods (pod_id, name, lease_until, held_since)
       VALUES ($1, $2, now() + $3 * interval '1 millisecond', now())
       ON CONFLICT (pod_id) DO UPDATE SET lease_until = excluded.lease_until,
         held_since = CASE WHEN pods.lease_until - now() > $3 * interval '0.5 millisecond'
           THEN pods.held_since ELSE excluded.held_since END`,
      [gatewayProcess.processId, gatewayProcess.name, leaseMs],
    );
  }

  /** Gives the lease back, so that the others need not wait for its end. */
  async leave(tx: Transaction, processId: string): Promise<void> {
    await tx.query(`UPDATE pods SET lease_until = '-infinity' WHERE pod_id = $1`, [processId]);
  }

  /** Deletes processes without a lease whose connections have all been reaped. */
  async forgetDead(tx: Transaction): Promise<void> {
    await tx.query(
      `DELETE FROM pods p WHERE lease_until < now()
       AND NOT EXISTS (SELECT FROM connections c WHERE c.pod_id = p.pod_id AND c.open)`,
    );
  }
}
