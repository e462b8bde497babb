import { HttpCode, Param, Post } from '@nestjs/common';
import { ApiController, type Caller, CallerOf, Endpoint, Problems, checked } from '@chargemesh/service';
import type { Static } from 'typebox';
import { ReceiptPath } from '../receipts/receipts.schema.js';
import { FiscalRegistrations } from './registrations.service.js';

/** For who has mended what a fiscal system refused, or sees that a receipt is not registered any more by itself. */
@ApiController('payments', 'receipts/:receiptId')
export class RegistrationsController {
  constructor(private readonly registrations: FiscalRegistrations) {}

  @Post('fiscal-registrations')
  @HttpCode(202)
  @Problems('conflict')
  @Endpoint({
    summary: 'Have a receipt registered with the tax authorities again, after it was refused there or is late',
    ...{ params: ReceiptPath, status: 202 },
  })
  again(@CallerOf() caller: Caller, @Param(checked(ReceiptPath)) { receiptId }: Static<typeof ReceiptPath>) {
    return this.registrations.again(caller, receiptId);
  }
}
