/** A payment at its provider: found by what we called it before the provider gave it a name of its own. */
export interface AtProvider {
  readonly operatorId: string;
  /** Ours: of the payment, and the key under which its checkout is opened once. */
  readonly paymentId: string;
  /** The provider's; null until it was told. */
  readonly checkoutRef: string | null;
  readonly currency: string;
}

export interface CheckoutAsked extends AtProvider {
  /** In the smallest unit of the currency, as everywhere in this port. */
  readonly amount: number;
  /** ISO 639-1. */
  readonly language: string;
  /** Where the browser comes back to, whatever the driver did. */
  readonly returnPath: string;
  /** After it nobody can pay any more. */
  readonly expiresAt: Date;
}

export interface CheckoutPage {
  readonly checkoutRef: string;
  readonly url: string;
}

/** A driver's bank wants money back, or what was told as captured or refunded failed afterwards. */
export interface DisputeAtProvider {
  /** The provider's own name of it. */
  readonly reference: string;
  readonly amount: number;
  readonly currency: string;
  /** As the provider says them. */
  readonly reason: string;
  readonly status: string;
  readonly openedAt: Date;
  /** Nothing is looked at that is sent after it. */
  readonly evidenceDueBy: Date | null;
}

/**
 * What a provider says of a payment when it is asked. `open`: it may still be paid. `declined`, `gone`: nothing is held and
 * nothing can be any more, for it was refused for good, or was never there, expired or was given back. `pending`: a capture or a
 * release is under way whose outcome the provider tells later, and until then it is not asked for again; or nobody has said what is held.
 */
export type Reading = {
  /** What the provider calls the payment beside its checkout, by which webhooks may name it. */
  readonly references?: readonly string[];
  /** Of the card that was accepted; never more of it. */
  readonly cardLast4?: string;
} & (
  | { readonly status: 'open' | 'pending' | 'declined' | 'gone' }
  | { readonly status: 'authorized'; readonly amount: number; readonly captureBefore: Date | null }
  | {
      readonly status: 'captured';
      readonly amount: number;
      /** What the driver has, or will have for sure. */
      readonly refunded: number;
      /** What was asked to be given back beside it and may still fail. */
      readonly refunding?: number;
      /** How many refunds it took and could not make in the end. */
      readonly failedRefunds?: number;
      readonly disputes?: readonly DisputeAtProvider[];
    }
);

/** What a webhook is about. What it says of the payment's state does not count: upon it that is read. */
export interface Notice {
  /** The provider's own: the same one again is no news. */
  readonly eventId: string;
  /** A name of the payment at the provider. */
  readonly reference: string;
  /** Ours, where the provider tells it back. */
  readonly paymentId?: string | undefined;
  /** Of the card that was accepted, where no reading tells it. */
  readonly cardLast4?: string;
}

/** It would refuse the same again. Any other error leaves open whether something was done: the state is read before a repetition. */
export class ProviderRefused extends Error {
  override readonly name: string = 'ProviderRefused';
}

/** It takes no payments of so little. */
export class AmountTooSmall extends ProviderRefused {}

/**
 * A payment provider with a page of its own and manual capture. What changes something has a key: the same key does the same
 * thing once. What is answered is the state after it, which may be that it is under way.
 */
export interface PaymentProvider {
  readonly name: string;
  /** Where false, what it took is given back without us, and no refund is asked for. */
  readonly refunds?: boolean;
  /** Digits of a currency's smallest unit, as this provider counts. @throws CurrencyUnknown */
  minorDigits(currency: string): number;
  open(asked: CheckoutAsked): Promise<CheckoutPage>;
  read(at: AtProvider): Promise<Reading>;
  /** @throws AmountTooSmall, where that is why: then the hold is given back */
  capture(at: AtProvider, amount: number, key: string): Promise<Reading>;
  /** Closes a checkout that is open, and gives back what is held. */
  release(at: AtProvider, key: string): Promise<Reading>;
  refund(at: AtProvider, amount: number, key: string): Promise<Reading>;
  /** The webhooks since then that it could not deliver, if it keeps any. */
  undelivered?(since: Date): Promise<Notice[]>;
}
