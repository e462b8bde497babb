import { Injectable } from '@nestjs/common';
import type { Transaction } from '@chargemesh/persistence';
import { ReceiptsStore } from '../receipts/receipts.store.js';
import { AccountsStore } from './accounts/accounts.store.js';
import type { Seller } from './seller.js';

@Injectable()
export class Sellers {
  constructor(
    private readonly accounts: AccountsStore,
    private readonly receipts: ReceiptsStore,
  ) {}

  async of(tx: Transaction, operatorId: string): Promise<Seller> {
    const accounts = await this.accounts.of(tx, operatorId);
    return { accounts, hasIssuer: (await this.receipts.issuer(tx, operatorId)) !== undefined };
  }
}
