import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { ProviderAccount } from './provider-account.entity.js';

export type AccountKey = Pick<ProviderAccount, 'operatorId' | 'accountId'>;

@Injectable()
export class AccountsStore {
  find(tx: Transaction, { operatorId, accountId }: AccountKey): Promise<ProviderAccount | null> {
    return tx.manager.findOneBy(ProviderAccount, { operatorId, accountId });
  }

  of(tx: Transaction, operatorId: string): Promise<ProviderAccount[]> {
    return tx.manager.findBy(ProviderAccount, { operatorId });
  }

  enabled(tx: Transaction, operatorId: string): Promise<ProviderAccount[]> {
    return tx.manager.findBy(ProviderAccount, { operatorId, enabled: true });
  }

  /** Of the operators that the transaction sees. */
  ofAll(tx: Transaction): Promise<ProviderAccount[]> {
    return tx.manager.find(ProviderAccount);
  }

  async save(tx: Transaction, account: ProviderAccount): Promise<void> {
    await tx.manager.upsert(ProviderAccount, account, ['operatorId', 'accountId']);
  }

  async remove(tx: Transaction, { operatorId, accountId }: AccountKey): Promise<void> {
    await tx.manager.delete(ProviderAccount, { operatorId, accountId });
  }

  async hasPayments(tx: Transaction, { operatorId, accountId }: AccountKey): Promise<boolean> {
    const sql = 'SELECT 1 FROM payments WHERE operator_id = $1 AND provider_account_id = $2 LIMIT 1';
    return (await tx.query(sql, [operatorId, accountId])).length > 0;
  }
}
