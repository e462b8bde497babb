import type { AdHocPriceAnswered, CdrEvent, DataOf } from '@chargemesh/contracts';
import type { Transaction } from '@chargemesh/persistence';
import type { Seller } from '../providers/seller.js';
import type { PaymentReason, PaymentState, SessionEnding } from './payment.states.js';

/** A price as tariffs says it: agreed on by its `price`, shown by its `prices`. */
export type Offer = NonNullable<DataOf<typeof AdHocPriceAnswered>['offer']>;

/** What a driver agreed to; no price of ours where the station showed its own, at a terminal. */
export type Agreed = Omit<Offer, 'price'> & Partial<Pick<Offer, 'price'>>;

/** Where a driver stands. */
export interface AtEvse {
  readonly operatorId: string;
  readonly stationId: string;
  readonly evseId: number;
}

export function isAt(one: Omit<AtEvse, 'operatorId'>, other: Omit<AtEvse, 'operatorId'>): boolean {
  return one.stationId === other.stationId && one.evseId === other.evseId;
}

export interface QuoteAsked extends AtEvse {
  /** Of its strongest connector, by which the hold is chosen where the tariff says none. */
  readonly maxPowerW?: number | undefined;
  /** ISO 639-1. */
  readonly language?: string | undefined;
}

/** What is shown before the payment. Amounts are decimal strings with the currency's decimals, as everywhere here. */
export interface Quote {
  readonly offer: Offer;
  /** What is held at the driver's card. */
  readonly hold: string;
  /** What charging stops at in time: the hold less a margin; nobody ever pays more than the hold. */
  readonly limit: string;
  /** Of the EVSE's strongest connector, where it is known. */
  readonly maxPowerW?: number | undefined;
}

/**
 * No tariff is for drivers without a contract here; or nobody said in time; or no provider takes money for the operator in this
 * currency; or nobody has cleared such sales in this country.
 */
export type NoQuote = 'no-tariff' | 'no-answer' | 'no-provider' | 'not-cleared';

export interface Opening extends AtEvse {
  /** Asked for anew when the form is sent: amounts are never taken from a browser. */
  readonly quote: Quote;
  readonly language: string;
  /** Of the browser, from a cookie: one that has a payment under way at this EVSE gets that one instead of a second hold. */
  readonly attempt: string;
}

export interface Opened {
  /** Opens the driver's page: 128 bits that nobody guesses. */
  readonly reference: string;
  /** Where the browser goes next: the provider's page, or the driver's page of the payment that is under way. */
  readonly redirectUrl: string;
}

/** What the driver's page and the receipt show of a payment. */
export interface PaymentView extends AtEvse {
  readonly paymentId: string;
  readonly reference: string;
  readonly state: PaymentState;
  readonly reason?: PaymentReason;
  readonly offer: Agreed;
  readonly language: string;
  readonly currency: string;
  readonly hold: string;
  readonly limit: string;
  /** So far, or what the CDR says; absent until it is known. */
  readonly cost?: string;
  readonly energyWh?: number;
  readonly powerW?: number;
  readonly sessionId?: string;
  readonly createdAt: Date;
  /** Of the provider's page, as long as it may be paid there. */
  readonly checkoutUrl?: string;
  /** Until when another try, here or at a neighbouring EVSE, is served by the same hold. */
  readonly retryUntil?: Date;
  /** When the driver has to have plugged in. */
  readonly plugUntil?: Date;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  /** How the session ended, where that is worth telling. */
  readonly ending?: SessionEnding;
  readonly capturedAt?: Date;
  readonly capturedAmount: string;
  readonly refundedAmount: string;
  /** Whether a stop does anything now. */
  readonly stoppable: boolean;
  /** The one that counts: a replacement takes the place of what it replaces. */
  readonly cdr?: PaidCdr;
}

/** A CDR without what no receipt shows or leads to. */
export type PaidCdr = Omit<CdrEvent['data'], 'periods' | 'signed' | 'tariff'> &
  // Those of before are without.
  Partial<Pick<CdrEvent['data'], 'signed'>>;

/** Called in the transaction in which a payment was captured, or what was captured was refunded in part or whole. */
export type SettledHook = (tx: Transaction, payment: PaymentView) => Promise<void>;

/** The driver's page of a payment. */
export function driverPage(reference: string): string {
  return `/pay/p/${reference}`;
}

export type Payer = 'nobody' | 'somebody' | { readonly reference: string };

/** What the checkout and the driver's page ask of the payments. */
export interface Checkout {
  /** @param seller who has read it gives it */
  quote(asked: QuoteAsked, seller?: Seller): Promise<Quote | NoQuote>;
  /** Durable before it answers. `taken`: somebody else has paid to charge there. @throws Problem `unavailable`, if the provider gives no page in time */
  open(opening: Opening): Promise<Opened | 'taken'>;
  /** Who has paid at an EVSE, as a browser sees it: nobody, somebody else, or itself by the payment of that reference. */
  payerAt(tx: Transaction, at: AtEvse, attempt: string): Promise<Payer>;
  /** Undefined, if nothing has that reference. @throws Problem `link-expired`, long after it was settled */
  view(reference: string): Promise<PaymentView | undefined>;
  /** What a driver asks: charging is stopped, what has not begun is given up. */
  stop(reference: string): Promise<void>;
  /** The browser is back from the provider: a hint only, upon which the state is read there. */
  returned(reference: string): Promise<void>;
  /** Has receipts made: to be called when the application is made. */
  onSettled(hook: SettledHook): void;
}

/** Token of the `Checkout`. */
export const CHECKOUT = Symbol('checkout');
