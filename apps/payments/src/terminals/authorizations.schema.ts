import {
  Currency,
  DecimalString,
  EvseId,
  Instant,
  SettlementStatus,
  StationId,
  Uuid,
  matching,
  optional,
  text,
} from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';
import { PAYMENT_STATES } from '../payments/payment.states.js';

/** Of the payment service provider; upper and lower case are the same. */
const Reference = matching('^\\S+$', 'text without spaces', { minLength: 1, maxLength: 255 });

/** Below a thousand million, so that smallest units can be counted exactly in every currency. */
const Amount = matching('^\\d{1,9}(\\.\\d{1,18})?$', 'an amount below a thousand million as text, such as "12.34"');

export const ReferenceParams = Type.Object({ reference: Reference });

export const AuthorizationBody = Type.Object({
  reference: Reference,
  stationId: StationId,
  evseId: EvseId,
  /** What is held at the card. */
  amount: Amount,
  currency: Currency,
  /** Until when it is held, if that is known: two days from now at least, as charging is stopped a day before it. */
  captureBefore: optional(Instant),
});
export type AuthorizationBody = Static<typeof AuthorizationBody>;

export const AuthorizationView = Type.Object({
  reference: Reference,
  paymentId: Uuid,
  stationId: StationId,
  evseId: EvseId,
  state: Type.Enum([...PAYMENT_STATES]),
  /** Held, where that was told. */
  amount: optional(DecimalString),
  currency: Currency,
  /** To be taken now; what was taken is told as a settlement. */
  captureWanted: optional(DecimalString),
  /** To be given back now; that it was is told as a settlement, `Canceled`. */
  releaseWanted: Type.Boolean(),
  /** The driver's page, with the session and the receipt. */
  page: text(500),
});
export type AuthorizationView = Static<typeof AuthorizationView>;

export const SettlementBody = Type.Object({
  reference: Reference,
  status: SettlementStatus,
  /** Taken, or attempted to be taken, in the currency of the authorization, with no more decimals than that has. */
  amount: Amount,
  settledAt: Instant,
  statusInfo: optional(text(500)),
  receiptId: optional(text(50)),
  receiptUrl: optional(text(2_000)),
});
export type SettlementBody = Static<typeof SettlementBody>;

/** Without a payment, as long as none is known by its reference. */
export const SettlementView = Type.Object({ reference: Reference, paymentId: optional(Uuid) });
export type SettlementView = Static<typeof SettlementView>;

nameSchemas({
  ...{ TerminalAuthorization: AuthorizationView, TerminalAuthorizationTold: AuthorizationBody },
  ...{ TerminalSettlement: SettlementView, TerminalSettlementTold: SettlementBody },
});
