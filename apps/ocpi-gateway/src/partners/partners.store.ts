import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { Partner } from './partner.entity.js';

@Injectable()
export class PartnersStore {
  find(tx: Transaction, partnerId: string): Promise<Partner | null> {
    return tx.manager.findOne(Partner, { where: { partnerId } });
  }

  /** Reads a partner for a change of it. */
  lock(tx: Transaction, partnerId: string): Promise<Partner | null> {
    return tx.manager.findOne(Partner, { where: { partnerId }, lock: { mode: 'pessimistic_write' } });
  }

  async save(tx: Transaction, partner: Partner): Promise<void> {
    await tx.manager.upsert(Partner, partner, ['operatorId', 'partnerId']);
  }
}
