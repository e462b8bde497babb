import type { PaymentReason, PaymentState, SessionEnding } from '../../payments/payment.states.js';

/** What a connector is right now, to a driver. */
export type Availability =
  'available' | 'plugged-in' | 'in-use' | 'reserved' | 'out-of-service' | 'offline' | 'unknown';

/** Why a page has no form to pay, or an address no page. */
export type Refusal =
  | 'evse-unknown'
  | 'payment-unknown'
  | 'link-expired'
  | 'code-expired'
  | 'taken'
  | 'no-tariff'
  | 'no-answer'
  | 'no-provider'
  | 'not-cleared'
  | 'foreign-form'
  | 'too-many-requests'
  | 'unavailable'
  | Exclude<Availability, 'available' | 'plugged-in' | 'unknown'>;

/** Headings, names and buttons: every language has all of them. */
export interface Labels {
  readonly title: string;
  readonly operator: string;
  readonly chargingPoint: string;
  readonly compare: string;
  readonly address: string;
  readonly connectors: string;
  readonly socket: string;
  readonly cable: string;
  /** Of `{power}`. */
  readonly upTo: string;
  readonly availability: Readonly<Record<Availability, string>>;
  readonly price: string;
  readonly held: string;
  readonly limit: string;
  readonly pay: string;
  readonly website: string;
  readonly help: string;
  readonly language: string;
  /** Of the driver's page. */
  readonly states: Readonly<Record<PaymentState, string>>;
  readonly refusals: Readonly<Record<Refusal, string>>;
  readonly energy: string;
  readonly power: string;
  readonly duration: string;
  readonly costSoFar: string;
  readonly total: string;
  readonly paid: string;
  readonly refunded: string;
  readonly freed: string;
  readonly plugUntil: string;
  readonly timeLeft: string;
  readonly stop: string;
  readonly giveUp: string;
  readonly tryAgain: string;
  readonly yourSession: string;
  readonly toSession: string;
  readonly lookAgain: string;
  readonly receipt: ReceiptLabels;
}

/** Of receipts and credit notes. */
export interface ReceiptLabels {
  readonly receipt: string;
  readonly creditNote: string;
  readonly number: string;
  readonly issuedAt: string;
  readonly issuer: string;
  readonly vatNumber: string;
  readonly corrects: string;
  readonly supply: string;
  readonly from: string;
  readonly until: string;
  readonly item: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly net: string;
  readonly vat: string;
  readonly gross: string;
  readonly notCharged: string;
  readonly paidByCard: string;
  readonly refundedToCard: string;
  readonly chargeRecord: string;
  readonly signedValues: string;
  readonly savePdf: string;
  /** Where the country's tax authorities want each sale registered. */
  readonly fiscal: { readonly registration: string; readonly pending: string; readonly late: string };
  readonly mail: { readonly address: string; readonly send: string; readonly asked: string };
  readonly invoice: InvoiceLabels;
  readonly components: Readonly<Record<ReceiptComponent, string>>;
}

/** Of a receipt that names a business which bought, and of the form by which that asks for it. */
export interface InvoiceLabels {
  readonly invoice: string;
  readonly buyer: string;
  readonly heading: string;
  readonly name: string;
  readonly street: string;
  readonly postalCode: string;
  readonly city: string;
  readonly country: string;
  readonly ask: string;
  readonly eInvoice: string;
  readonly vatNumber: string;
  readonly vatNumberWrong: string;
}

export type ReceiptComponent = 'ENERGY' | 'TIME' | 'PARKING_TIME' | 'FLAT' | 'RESERVATION' | 'REDUCTION' | 'MINIMUM';

/**
 * Sentences on which a driver relies with money. They are there in languages in which somebody has reviewed them to the word;
 * elsewhere the English ones show. What stands in braces is filled in.
 */
export interface Sentences {
  /** Before the payment, what a hold is: `{hold}`. */
  readonly hold: string;
  readonly release: string;
  readonly cardData: string;
  readonly order: string;
  readonly noAccount: string;
  /** Where cars are recognised (Plug & Charge); also on labels. AFIR, article 5(2). */
  readonly declineAutomatic: string;
  /** `{host}` */
  readonly checkWebsite: string;
  readonly reportSticker: string;
  /** `{phone}` */
  readonly callAboutSticker: string;
  readonly pluggedIn: string;
  readonly priceTaxesUnknown: string;
  readonly priceChanged: string;
  readonly yourSession: string;
  readonly keepLink: string;
  readonly states: Readonly<Record<PaymentState, string>>;
  readonly charging: Readonly<Record<ChargingHitch, string>>;
  readonly endings: Readonly<Record<SessionEnding, string>>;
  readonly reasons: Readonly<Record<PaymentReason, string>>;
  readonly refusals: Readonly<Record<Refusal, string>>;
}

/** What a driver should know of a session that is under way. */
export type ChargingHitch = 'no-power' | 'offline' | 'faulted' | 'stopping';

export interface Language {
  /** BCP 47: of the page, and of amounts and times where the country says nothing else. */
  readonly tag: string;
  /** What it calls itself. */
  readonly name: string;
  readonly labels: Labels;
  readonly sentences?: Sentences;
}
