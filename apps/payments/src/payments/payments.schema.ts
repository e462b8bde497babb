import {
  Currency,
  DecimalString,
  EvseId,
  Instant,
  StationId,
  Uuid,
  WattHours,
  oneOf,
  text,
} from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import { PAYMENT_REASONS, PAYMENT_STATES } from './payment.states.js';

export const CardLast4 = Type.String({ pattern: '^\\d{4}$', description: 'four digits' });

/** Whether it is what may be kept of a card: its last four digits, and nothing more. */
export function isCardLast4(text: unknown): text is string {
  return Check(CardLast4, text);
}

export const PaymentItem = Type.Object({
  id: Uuid,
  stationId: StationId,
  evseId: EvseId,
  sessionId: Type.Optional(Uuid),
  /** Of what is due: a replacement takes the place of what it replaces. */
  cdrId: Type.Optional(Uuid),
  state: oneOf(...PAYMENT_STATES),
  /** Why it ended, or is ending, otherwise than by a capture. */
  reason: Type.Optional(oneOf(...PAYMENT_REASONS)),
  currency: Currency,
  /** What was asked to be held before the start. */
  hold: DecimalString,
  /** What the provider held; "0" with the currency's decimals, if nothing was. */
  authorizedAmount: DecimalString,
  capturedAmount: DecimalString,
  /** All that is to be given back; more than `refundedAmount` while a refund is under way or fails. */
  refundWanted: DecimalString,
  refundedAmount: DecimalString,
  /** What the CDR says, with taxes; absent before there is one. */
  dueAmount: Type.Optional(DecimalString),
  /** What is due and nobody pays: above the hold, after it was given back, or a capture that fails. */
  shortfall: DecimalString,
  /** When the operator gave up what nobody pays. */
  writtenOffAt: Type.Optional(Instant),
  energyWh: Type.Optional(WattHours),
  provider: text(50),
  /** The provider's own name of it. */
  providerReference: Type.Optional(text(255)),
  /** The last four digits of the card, where the provider tells them. */
  cardLast4: Type.Optional(CardLast4),
  /** A capture has to be made before it. */
  captureBefore: Type.Optional(Instant),
  createdAt: Instant,
  /** Since when it is in its state. */
  changedAt: Instant,
});
export type PaymentItem = Static<typeof PaymentItem>;

export const TimelineItem = Type.Object({
  at: Instant,
  /** What happened, as docs/payments-states.md names it. */
  event: text(40),
  /** The state after it. */
  state: oneOf(...PAYMENT_STATES),
  /** What the event says, and what was done upon it (`effects`). */
  details: Type.Record(Type.String(), Type.Unknown()),
});

export const PaymentDetail = Type.Object({
  ...PaymentItem.properties,
  timeline: Type.Array(TimelineItem, { maxItems: 1_000 }),
});
export type PaymentDetail = Static<typeof PaymentDetail>;

export const PaymentPath = Type.Object({ paymentId: Uuid });

nameSchemas({ Payment: PaymentItem, PaymentWithTimeline: PaymentDetail, PaymentTimelineEntry: TimelineItem });
