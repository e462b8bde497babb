import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { Partner } from './partner.entity.js';

@Injectable()
export class PartnersStore {
  find(tx: Transaction, partnerId: string): Promise<Partner | null> {
    return tx.manager.findOne(Partner, { where: { partnerId } });
  }

  /** The parties of all partners of an operator. */
  parties(tx: Transaction, operatorId: string): Promise<Pick<Partner, 'partnerId' | 'countryCode' | 'partyId'>[]> {
    return tx.query(
      `SELECT partner_id AS "partnerId", country_code AS "countryCode", party_id AS "partyId"
       FROM partners WHERE operator_id = $1`,
      [operatorId],
    );
  }

  /** Reads a partner for a change of it. */
  lock(tx: Transaction, partnerId: string): Promise<Partner | null> {
    return tx.manager.findOne(Partner, { where: { partnerId }, lock: { mode: 'pessimistic_write' } });
  }

  async save(tx: Transaction, partner: Partner): Promise<void> {
    await tx.manager.upsert(Partner, partner, ['operatorId', 'partnerId']);
  }
}
