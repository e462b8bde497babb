import { Inject, Injectable } from '@nestjs/common';
import { compare, formatAmount, parseDecimal, subtract, sum, zero } from '@chargemesh/money';
import type { Transaction } from '@chargemesh/persistence';
import { Clock, KnownOperators } from '@chargemesh/service';
import { v7 as uuidv7 } from 'uuid';
import { FiscalRegistrations } from '../fiscal/registrations.service.js';
import { CHECKOUT, type Checkout, type PaidCdr, type PaymentView } from '../payments/checkout.port.js';
import { buyerAtTerminal } from '../terminals/buyer-at-terminal.js';
import { SettlementsStore } from '../terminals/settlements.store.js';
import { type ReceiptDocument, type ReceiptKind, creditNoteOf, receiptOf } from './receipt.document.js';
import { ReceiptsStore } from './receipts.store.js';

/** Issues the receipt of what was captured, and the credit note of what was given back, in the same transaction. */
@Injectable()
export class ReceiptsService {
  constructor(
    @Inject(CHECKOUT) checkout: Checkout,
    private readonly store: ReceiptsStore,
    private readonly settlements: SettlementsStore,
    private readonly fiscal: FiscalRegistrations,
    private readonly operators: KnownOperators,
    private readonly clock: Clock,
  ) {
    checkout.onSettled((tx, payment) => this.issue(tx, payment));
  }

  private async issue(tx: Transaction, payment: PaymentView): Promise<void> {
    const { operatorId, paymentId, cdr } = payment;
    // Nothing was sold: what was captured all the same, at the provider by hand, is given back as a whole.
    if (cdr === undefined) return;
    const [known, ...notes] = await this.store.issuedFor(tx, operatorId, paymentId);
    const receipt = known ?? (await this.addReceipt(tx, payment, cdr));
    const refunded = notYetCredited(payment, notes);
    if (refunded === undefined) return;
    const replacement = cdr.number === (notes.at(-1) ?? receipt).cdrNumber ? undefined : cdr;
    const given = { refunded, replacement };
    await this.add(tx, payment, 'credit-note', (about) => creditNoteOf([receipt, ...notes], given, about));
  }

  /** An invoice from the beginning, where a terminal has told whose it is. */
  private async addReceipt(tx: Transaction, payment: PaymentView, cdr: PaidCdr): Promise<ReceiptDocument> {
    const told = await this.settlements.companyOf(tx, payment);
    const { vatNumber: buyerVatNumber, buyer } = (told && buyerAtTerminal(told)) ?? {};
    const receipt = await this.add(tx, payment, 'receipt', (about) =>
      receiptOf(payment, cdr, { ...about, buyerVatNumber }),
    );
    if (buyer) await this.store.addBuyer(tx, { ...payment, buyer, askedAt: this.clock.now() });
    return receipt;
  }

  private async add(
    tx: Transaction,
    { operatorId, paymentId }: PaymentView,
    kind: ReceiptKind,
    documentOf: (about: Parameters<typeof receiptOf>[2]) => ReceiptDocument,
  ): Promise<ReceiptDocument> {
    const issuedAt = this.clock.now();
    const issuer = (await this.store.issuer(tx, operatorId)) ?? {
      name: (await this.operators.get(operatorId, tx))?.name ?? '',
      address: [],
    };
    const number = await this.store.nextNumber(tx, operatorId, kind);
    const document = documentOf({ number, issuedAt, issuer });
    const receiptId = uuidv7({ msecs: issuedAt.getTime() });
    await this.store.add(tx, { receiptId, operatorId, paymentId, document });
    await this.fiscal.ask(tx, { operatorId, paymentId }, { receiptId, document });
    return document;
  }
}

/** What was given back and has no credit note. */
function notYetCredited({ refundedAmount, currency }: PaymentView, notes: readonly ReceiptDocument[]) {
  const rest = subtract(parseDecimal(refundedAmount), sum(notes.map(({ paid }) => parseDecimal(paid))));
  return compare(rest, zero) > 0 ? formatAmount(rest, currency) : undefined;
}
