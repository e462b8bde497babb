import { Injectable } from '@nestjs/common';
import { formatAmount, minorDigits, parseDecimal } from '@chargemesh/money';
import { Database, type Transaction } from '@chargemesh/persistence';
import { fromMinor, toMinor } from '../providers/minor-units.js';
import {
  type AtProvider,
  type CheckoutPage,
  type PaymentProvider,
  ProviderRefused,
  type Reading,
} from '../providers/provider.port.js';
import { type AuthorizationOfPayment, AuthorizationsStore } from './authorizations.store.js';
import { SettlementsStore, type Word } from './settlements.store.js';
import { TERMINAL } from './terminal.name.js';

/**
 * The terminals of stations and of their operators, as a payment provider. They are not called: what is wanted of them is written
 * down, and what they told is what is read of them.
 */
@Injectable()
export class TerminalProvider implements PaymentProvider {
  readonly name = TERMINAL;
  readonly refunds = false;
  readonly minorDigits = minorDigits;

  constructor(
    private readonly database: Database,
    private readonly authorizations: AuthorizationsStore,
    private readonly settlements: SettlementsStore,
  ) {}

  open(): Promise<CheckoutPage> {
    return Promise.reject(new ProviderRefused('a terminal has no page'));
  }

  read(at: AtProvider): Promise<Reading> {
    return this.change(at, () => Promise.resolve());
  }

  capture(at: AtProvider, amount: number): Promise<Reading> {
    return this.change(at, (tx, { words }) => {
      if (words.some(isFailure)) throw new ProviderRefused('the terminal could not take the money');
      return this.authorizations.want(tx, at.paymentId, { capture: fromMinor(amount, minorDigits(at.currency)) });
    });
  }

  release(at: AtProvider): Promise<Reading> {
    return this.change(at, (tx) => this.authorizations.want(tx, at.paymentId, { release: true }));
  }

  refund(): Promise<Reading> {
    return Promise.reject(new ProviderRefused('what a terminal took is given back by its operator'));
  }

  private change({ operatorId, paymentId, currency }: AtProvider, work: Work): Promise<Reading> {
    return this.database.transaction([operatorId], async (tx) => {
      const before = await this.authorizations.ofPayment(tx, paymentId);
      if (!before) return { status: 'gone' };
      const words = await this.settlements.wordsOf(tx, before);
      await work(tx, { words });
      const after = (await this.authorizations.ofPayment(tx, paymentId)) ?? before;
      return readingOf(after, words, currency);
    });
  }
}

type Known = Pick<AuthorizationOfPayment, 'amount' | 'captureBefore' | 'captureWanted' | 'releaseWanted' | 'wasHeld'>;
type Work = (tx: Transaction, known: { readonly words: readonly Word[] }) => Promise<void>;

/** The first word that is final counts; one that says otherwise later is for a person. */
export function readingOf(
  { amount, captureBefore, captureWanted, releaseWanted, wasHeld }: Known,
  words: readonly Word[],
  currency: string,
): Reading {
  const minor = (value: string): number => toMinor(formatAmount(parseDecimal(value), currency), minorDigits(currency));
  const final = words.find(isFinal);
  if (final?.status === 'Canceled') return { status: 'gone' };
  if (final) {
    const taken = minor(final.amount);
    return taken > 0 ? { status: 'captured', amount: taken, refunded: 0 } : { status: 'gone' };
  }
  if (releaseWanted) return { status: 'pending' };
  const failed = words.findLast(isFailure);
  // Before anything is to be taken it is the hold itself that failed.
  if (failed && amount !== null && captureWanted === null) return { status: wasHeld ? 'gone' : 'declined' };
  if (failed) return { status: 'authorized', amount: minor(amount ?? failed.amount), captureBefore };
  if (amount === null || captureWanted !== null) return { status: 'pending' };
  return { status: 'authorized', amount: minor(amount), captureBefore };
}

export function isFinal({ status }: Word): boolean {
  return status === 'Settled' || status === 'Canceled';
}

function isFailure(word: Word): boolean {
  return !isFinal(word);
}
