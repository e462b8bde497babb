import { Get, Param, Query } from '@nestjs/common';
import { Database } from '@chargemesh/persistence';
import {
  ApiController,
  type Caller,
  CallerOf,
  Endpoint,
  ForHotline,
  type QueryOf,
  checked,
  problem,
} from '@chargemesh/service';
import type { Static } from 'typebox';
import { itemOf, timelineOf } from './payment.item.js';
import { paymentsList } from './payments.list.js';
import { PaymentDetail, PaymentItem, PaymentPath } from './payments.schema.js';
import { PaymentsStore } from './payments.store.js';

@ApiController('payments', 'payments')
export class PaymentsController {
  constructor(
    private readonly database: Database,
    private readonly store: PaymentsStore,
  ) {}

  @Get()
  @Endpoint({ summary: 'Ad hoc payments', list: paymentsList, answer: PaymentItem })
  list(@CallerOf() { operatorId }: Caller, @Query(checked(paymentsList.query)) query: QueryOf<typeof paymentsList>) {
    return this.database.transaction([operatorId], (tx) => paymentsList.page(tx, operatorId, query, itemOf));
  }

  @Get(':paymentId')
  @ForHotline()
  @Endpoint({ summary: 'An ad hoc payment and what happened to it', params: PaymentPath, answer: PaymentDetail })
  get(
    @CallerOf() { operatorId }: Caller,
    @Param(checked(PaymentPath)) { paymentId }: Static<typeof PaymentPath>,
  ): Promise<PaymentDetail> {
    return this.database.transaction([operatorId], async (tx) => {
      const payment = await this.store.find(tx, { operatorId, paymentId });
      if (!payment) throw problem('not-found');
      return { ...itemOf(payment), timeline: (await this.store.timeline(tx, paymentId)).map(timelineOf) };
    });
  }
}
