import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { Partner } from './partner.entity.js';

export interface TokenRow {
  readonly hash: string;
  readonly operatorId: string;
  readonly partnerId: string;
}

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

  /** Gives a partner a token in place of the one it had. */
  async saveToken(tx: Transaction, { hash, operatorId, partnerId }: TokenRow): Promise<void> {
    await tx.query(
      `INSERT INTO partner_tokens (hash, operator_id, partner_id) VALUES ($1, $2, $3)
       ON CONFLICT (operator_id, partner_id) DO UPDATE SET hash = excluded.hash`,
      [hash, operatorId, partnerId],
    );
  }

  tokensOf(tx: Transaction, hashes: readonly string[]): Promise<TokenRow[]> {
    return tx.query<TokenRow>(
      `SELECT hash, operator_id AS "operatorId", partner_id AS "partnerId" FROM partner_tokens WHERE hash = ANY ($1)`,
      [hashes],
    );
  }
}
