import { Injectable } from '@nestjs/common';
import { minorDigits } from '@chargemesh/money';
import type { Transaction } from '@chargemesh/persistence';
import { Clock } from '@chargemesh/service';
import { newReference } from '../../payments/references.js';
import {
  type AtProvider,
  type CheckoutAsked,
  type CheckoutPage,
  type PaymentProvider,
  ProviderRefused,
  type Reading,
} from '../provider.port.js';
import { type SandboxCheckout, SandboxStore } from './sandbox.store.js';

export const SANDBOX = 'sandbox';

/** A provider that takes no money, for trials: it behaves as the real ones do, and keeps what it knows in tables of its own. */
@Injectable()
export class SandboxProvider implements PaymentProvider {
  readonly name = SANDBOX;
  readonly minorDigits = minorDigits;

  constructor(
    private readonly clock: Clock,
    private readonly store: SandboxStore,
  ) {}

  async open({ operatorId, paymentId, amount, currency, returnPath, expiresAt }: CheckoutAsked): Promise<CheckoutPage> {
    const given = {
      checkoutRef: newReference(operatorId),
      operatorId,
      paymentId,
      amount,
      currency,
      returnPath,
      expiresAt,
    };
    const checkoutRef = await this.store.in(operatorId, (tx) => this.store.open(tx, given, this.clock.now()));
    return { checkoutRef, url: sandboxPage(checkoutRef) };
  }

  read(at: AtProvider): Promise<Reading> {
    return this.change(at, () => Promise.resolve());
  }

  capture(at: AtProvider, amount: number): Promise<Reading> {
    return this.change(at, async (tx, checkout, now) => {
      if (checkout.captured === amount) return;
      if (readingOf(checkout, now).status !== 'authorized' || amount > checkout.amount || amount <= 0)
        throw new ProviderRefused('only what is held can be captured');
      await this.store.capture(tx, checkout.checkoutRef, amount);
    });
  }

  release(at: AtProvider): Promise<Reading> {
    return this.change(at, async (tx, checkout, now) => {
      if (checkout.captured !== null) throw new ProviderRefused('what is captured can only be refunded');
      await this.store.release(tx, checkout.checkoutRef, now);
    });
  }

  refund(at: AtProvider, amount: number, key: string): Promise<Reading> {
    return this.change(at, async (tx, { checkoutRef, captured, refunded, refundKeys }) => {
      if (refundKeys.includes(key)) return;
      if (amount <= 0 || refunded + amount > (captured ?? 0)) throw new ProviderRefused('more than was captured');
      await this.store.refund(tx, checkoutRef, amount, key);
    });
  }

  /** Does something to a checkout under its lock; gives its state after it. */
  private change(
    at: AtProvider,
    work: (tx: Transaction, checkout: SandboxCheckout, now: Date) => Promise<void>,
  ): Promise<Reading> {
    const now = this.clock.now();
    return this.store.in(at.operatorId, async (tx) => {
      const checkout = await this.store.ofPayment(tx, at);
      if (!checkout) return { status: 'gone' };
      await work(tx, checkout, now);
      return readingOf((await this.store.ofPayment(tx, at)) ?? checkout, now);
    });
  }
}

/** Everybody pays by it. */
const CARD = '4242';

/** Where the driver pays. */
export function sandboxPage(checkoutRef: string): string {
  return `/pay/sandbox/${checkoutRef}`;
}

export function readingOf(checkout: SandboxCheckout, now: Date): Reading {
  const { outcome, decidedAt, captured, refunded, releasedAt, captureBefore, expiresAt, amount } = checkout;
  if (captured !== null) return { status: 'captured', amount: captured, refunded, cardLast4: CARD };
  if (releasedAt !== null) return { status: 'gone' };
  if (outcome === null || decidedAt === null) return { status: expiresAt > now ? 'open' : 'gone' };
  if (decidedAt > now) return { status: 'open' };
  if (outcome === 'decline') return { status: 'declined' };
  return captureBefore && captureBefore <= now
    ? { status: 'gone' }
    : { status: 'authorized', amount, captureBefore, cardLast4: CARD };
}
