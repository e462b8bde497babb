import { present } from '@chargemesh/contracts';
import { formatAmount, parseDecimal } from '@chargemesh/money';
import type { Payment, TimelineEntry } from './payment.entity.js';
import { shortfall } from './payment.events.js';
import type { PaymentDetail, PaymentItem } from './payments.schema.js';

/** A payment as its operator sees it. */
export function itemOf(payment: Payment): PaymentItem {
  const { paymentId: id, stationId, evseId, sessionId, cdrId, state, reason, currency, provider, energyWh } = payment;
  const amount = (value: string | null): string => formatAmount(parseDecimal(value ?? '0'), currency);
  return {
    ...{ id, stationId, evseId, state, currency, provider },
    hold: amount(payment.hold),
    authorizedAmount: amount(payment.authorizedAmount),
    capturedAmount: amount(payment.capturedAmount),
    refundWanted: amount(payment.refundWanted),
    refundedAmount: amount(payment.refundedAmount),
    shortfall: shortfall(payment),
    createdAt: payment.createdAt.toISOString(),
    changedAt: payment.changedAt.toISOString(),
    ...present({
      ...{ sessionId, cdrId, reason, energyWh },
      dueAmount: payment.due === null ? null : amount(payment.due),
      ...{ providerReference: payment.checkoutRef, cardLast4: payment.cardLast4 },
      captureBefore: payment.captureBefore?.toISOString(),
      writtenOffAt: payment.writtenOffAt?.toISOString(),
    }),
  };
}

export function timelineOf({ at, event, state, details }: TimelineEntry): PaymentDetail['timeline'][number] {
  return { at: at.toISOString(), event, state, details: { ...details } };
}
