import { type Static, Type } from 'typebox';
import { event, hours, topic } from './contract.js';
import { DecimalString, EvseId, Instant, StationId, Uuid, oneOf, optional, text } from './fields.js';

/** What payment terminals of stations took from drivers, or failed to (OCPP 2.1 C19–C22). Told before a station is answered. */
export const settlements = topic('payments.settlements.v1', { key: ['stationId'] });
/** Is this the VAT number of a company? Asked while a driver stands at a terminal. */
export const vatNumberRequests = topic('payments.vat-number-requests.v1', {
  key: ['stationId'],
  retentionMs: hours(1),
});
/** Answers to both, read by every gateway process; each takes its own. */
export const terminalReplies = topic('payments.terminal-replies.v1', { key: ['stationId'], retentionMs: hours(1) });

/** OCPP 2.1 PaymentStatusEnumType. */
export const SettlementStatus = oneOf('Settled', 'Canceled', 'Rejected', 'Failed');
export type SettlementStatus = Static<typeof SettlementStatus>;

/** OCPP 2.1 AddressType; of a station that says more than it has room for, as much as is kept of any text. */
export const Company = Type.Object({
  name: text(255),
  address1: text(255),
  address2: optional(text(255)),
  city: text(255),
  postalCode: optional(text(255)),
  country: text(255),
});
export type Company = Static<typeof Company>;

const asked = {
  requestId: Uuid,
  /** The asking process; others ignore the reply. */
  replyTo: text(64),
  /** After this moment nobody waits for the answer; what was settled counts all the same. */
  expiresAt: Instant,
  stationId: StationId,
};

/** A station may say the same again: what is one settlement is decided by what it says, not by its id. */
export const SettlementNotified = event(settlements, 'settlement-notified', {
  identity: ['requestId'],
  data: {
    ...asked,
    /** Of the payment service provider of the terminal; the token of the transaction, if there was one. */
    pspRef: text(255),
    transactionId: optional(text(255)),
    status: SettlementStatus,
    statusInfo: optional(text(500)),
    /** Taken, or attempted to be taken, in the currency of the terminal, which OCPP does not say. */
    amount: DecimalString,
    settledAt: Instant,
    receiptId: optional(text(255)),
    receiptUrl: optional(text(2_000)),
    vatNumber: optional(text(255)),
    vatCompany: optional(Company),
    at: Instant,
  },
});

export const SettlementTaken = event(terminalReplies, 'settlement-taken', {
  identity: ['requestId'],
  data: { ...asked, receiptId: optional(text(50)), receiptUrl: optional(text(2_000)) },
});

export const VatNumberAsked = event(vatNumberRequests, 'vat-number-asked', {
  identity: ['requestId'],
  data: { ...asked, vatNumber: text(255), evseId: optional(EvseId), at: Instant },
});

export const VatNumberAnswered = event(terminalReplies, 'vat-number-answered', {
  identity: ['requestId'],
  data: { ...asked, status: oneOf('Accepted', 'Rejected'), company: optional(Company) },
});
