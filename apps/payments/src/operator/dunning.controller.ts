import { Get, Query } from '@nestjs/common';
import { KeysetList, Database } from '@chargemesh/persistence';
import { ApiController, ApiList, type Caller, CallerOf, Endpoint, type QueryOf, checked } from '@chargemesh/service';
import { Payment } from '../payments/payment.entity.js';
import { itemOf } from '../payments/payment.item.js';
import { PaymentItem } from '../payments/payments.schema.js';
import { fallsShort } from '../payments/short-payments.js';

export const dunningList = new ApiList(
  new KeysetList({ from: Payment, where: fallsShort('t'), key: { payment_id: 'uuid' }, time: { id: 'payment_id' } }),
  { order: 'oldest' },
);

/** What was charged and nobody has paid, until it is paid or written off. */
@ApiController('payments', 'dunning')
export class DunningController {
  constructor(private readonly database: Database) {}

  @Get()
  @Endpoint({
    summary: 'Payments of which less was taken and kept than is due, the oldest first',
    list: dunningList,
    answer: PaymentItem,
  })
  list(@CallerOf() { operatorId }: Caller, @Query(checked(dunningList.query)) query: QueryOf<typeof dunningList>) {
    return this.database.transaction([operatorId], (tx) => dunningList.page(tx, operatorId, query, itemOf));
  }
}
