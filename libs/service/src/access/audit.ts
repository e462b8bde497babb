import { unnest, type Transaction } from '@chargemesh/persistence';
import { v7 as uuidv7 } from 'uuid';
import type { Clock } from '../clock.js';
import type { Caller } from '../http/caller.js';
import { withoutSecrets } from '../telemetry/secrets.js';

/** Who changed what and when, written in the transaction of the change. */
export class Audit {
  constructor(private readonly clock: Clock) {}

  /** @param change what the caller sent or what became of it; members that hold secrets are left out */
  async add(
    tx: Transaction,
    caller: Pick<Caller, 'operatorId' | 'subject'>,
    action: string,
    resource: string,
    resourceId: string,
    change: unknown,
  ): Promise<void> {
    const at = this.clock.now();
    const row = {
      id: uuidv7({ msecs: at.getTime() }),
      operatorId: caller.operatorId,
      at,
      subject: caller.subject,
      action,
      resource,
      resourceId,
      change: withoutSecrets(change) ?? null,
    };
    const { columns, from, parameters } = unnest([row], {
      id: 'uuid',
      operatorId: 'uuid',
      at: 'timestamptz',
      subject: 'text',
      action: 'text',
      resource: 'text',
      resourceId: 'text',
      change: 'jsonb',
    });
    await tx.query(`INSERT INTO audit_trail (${columns}) SELECT ${columns} FROM ${from}`, parameters);
  }
}
