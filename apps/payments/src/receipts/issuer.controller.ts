import { Body, Get, Put } from '@nestjs/common';
import { optional, text } from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import {
  ApiController,
  Audit,
  type Caller,
  CallerOf,
  Endpoint,
  Needs,
  checked,
  nameSchemas,
  problem,
} from '@chargemesh/service';
import { Type, type Static } from 'typebox';
import { ReceiptsStore } from './receipts.store.js';

const Line = Type.String({ minLength: 1, maxLength: 100 });
export const ReceiptIssuer = Type.Object({
  /** Full name of who sells, as the law wants it on receipts. */
  name: Line,
  /** As on an envelope, a line each. */
  address: Type.Array(Line, { minItems: 1, maxItems: 6 }),
  vatNumber: optional(text(20)),
});
type ReceiptIssuer = Static<typeof ReceiptIssuer>;
nameSchemas({ ReceiptIssuer });

/** Who an operator's receipts are issued by. */
@ApiController('payments', 'receipt-issuer')
export class IssuerController {
  constructor(
    private readonly database: Database,
    private readonly store: ReceiptsStore,
    private readonly audit: Audit,
  ) {}

  @Get()
  @Endpoint({ summary: 'Who issues the receipts', answer: ReceiptIssuer })
  async get(@CallerOf() { operatorId }: Caller) {
    const issuer = await this.database.transaction([operatorId], (tx) => this.store.issuer(tx, operatorId));
    if (!issuer) throw problem('not-found');
    return issuer;
  }

  /** From the next receipt on; what was issued stays as it was. */
  @Put()
  @Needs('admin')
  @Endpoint({ summary: 'Say who issues the receipts', body: ReceiptIssuer, answer: ReceiptIssuer })
  put(@CallerOf() caller: Caller, @Body(checked(ReceiptIssuer)) issuer: ReceiptIssuer) {
    const { operatorId } = caller;
    return this.database.transaction([operatorId], async (tx) => {
      await this.store.putIssuer(tx, operatorId, issuer);
      await this.audit.add(tx, caller, 'put', 'receipt-issuer', operatorId, issuer);
      return issuer;
    });
  }
}
