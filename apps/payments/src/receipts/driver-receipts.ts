import { Inject, Injectable } from '@nestjs/common';
import { problem } from '@chargemesh/service';
import { CHECKOUT, type Checkout, type PaymentView } from '../payments/checkout.port.js';
import type { ReceiptDocument } from './receipt.document.js';
import { ReceiptsStore } from './receipts.store.js';

export interface Issued {
  readonly payment: PaymentView;
  readonly documents: [ReceiptDocument, ...ReceiptDocument[]];
}

/** What the reference of a payment opens for its driver. */
@Injectable()
export class DriverReceipts {
  constructor(
    @Inject(CHECKOUT) private readonly checkout: Checkout,
    private readonly store: ReceiptsStore,
  ) {}

  /** @throws Problem `not-found`, if nothing was issued, or the link is over */
  async of(reference: string): Promise<Issued> {
    const payment = await this.checkout.view(reference);
    const documents = payment ? await this.store.givenOut(payment.operatorId, payment.paymentId) : [];
    if (payment === undefined || !isSome(documents)) throw problem('not-found');
    return { payment, documents };
  }
}

function isSome<T>(items: T[]): items is [T, ...T[]] {
  return items.length > 0;
}
