import { Get, Param, Query } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import { ApiController, type Caller, CallerOf, Endpoint, type QueryOf, checked, problem } from '@chargemesh/service';
import type { Static } from 'typebox';
import { receiptsList } from './receipts.list.js';
import { ReceiptItem, ReceiptPath, receiptItem } from './receipts.schema.js';
import { ReceiptsStore } from './receipts.store.js';

/** The operator's receipts and credit notes. */
@ApiController('payments', 'receipts')
export class IssuedReceiptsController {
  constructor(
    private readonly database: Database,
    private readonly store: ReceiptsStore,
  ) {}

  @Get()
  @Endpoint({ summary: 'Receipts and credit notes of ad hoc payments', list: receiptsList, answer: ReceiptItem })
  list(@CallerOf() { operatorId }: Caller, @Query(checked(receiptsList.query)) query: QueryOf<typeof receiptsList>) {
    return this.database.transaction([operatorId], (tx) => receiptsList.page(tx, operatorId, query, receiptItem));
  }

  @Get(':receiptId')
  @Endpoint({ summary: 'A receipt or credit note', params: ReceiptPath, answer: ReceiptItem })
  async get(
    @CallerOf() { operatorId }: Caller,
    @Param(checked(ReceiptPath)) { receiptId }: Static<typeof ReceiptPath>,
  ): Promise<ReceiptItem> {
    const row = await this.database.transaction([operatorId], (tx) => this.store.find(tx, operatorId, receiptId));
    if (!row) throw problem('not-found');
    return receiptItem(row);
  }
}
