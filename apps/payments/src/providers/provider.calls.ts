import { formatAmount, parseDecimal } from '@chargemesh/money';
import type { PaymentEvent, PaymentFacts } from '../payments/payment.events.js';
import { fromMinor, toMinor } from './minor-units.js';
import {
  AmountTooSmall,
  type AtProvider,
  type PaymentProvider,
  ProviderRefused,
  type Reading,
} from './provider.port.js';

/** A call to a provider. `look`: its state is read, and nothing is asked of it. */
export type ProviderCall = 'look' | 'capture' | 'release' | 'refund';

export type PaymentAtProvider = PaymentFacts & Omit<AtProvider, 'currency'>;

/** What is known after a call: what the provider says, and what of it is an event of the payment. */
export interface Known {
  readonly reading: Reading;
  readonly events: readonly PaymentEvent[];
}

/**
 * Does what a payment wants of its provider, if it still wants it: the state is read before, so that what was done and whose
 * answer was lost is not done again. Gives what is known after it.
 */
export async function carryOut(
  call: ProviderCall,
  payment: PaymentAtProvider,
  provider: PaymentProvider,
  now: () => Date,
): Promise<Known> {
  const known = (reading: Reading): Known => ({
    reading,
    events: isBeingOpened(payment, reading) ? [] : eventsOf(reading, payment, provider, now()),
  });
  const before = await provider.read(payment);
  try {
    return known((await asked(call, payment, provider, before)) ?? before);
  } catch (error) {
    if (!(error instanceof ProviderRefused) || call !== 'capture') throw error;
    // Nobody waits for a hold that cannot be captured: what is due is the operator's loss.
    if (error instanceof AmountTooSmall) return known(await provider.release(payment, keyOf(payment, 'release')));
    const after = await provider.read(payment);
    if (after.status !== 'authorized') return known(after);
    return { reading: after, events: [{ type: 'capture-refused', at: now() }] };
  }
}

/** Its page may be made this very moment: that there is none yet says nothing. What never gets one ends by its time. */
function isBeingOpened({ state, checkoutRef }: PaymentAtProvider, { status }: Reading): boolean {
  return state === 'authorizing' && checkoutRef === null && status === 'gone';
}

function asked(
  call: ProviderCall,
  payment: PaymentAtProvider,
  provider: PaymentProvider,
  { status, ...before }: Reading,
): Promise<Reading> | undefined {
  const { state, captureAmount, refundWanted, currency } = payment;
  const minor = (amount: string): number => toMinor(amount, provider.minorDigits(currency));
  if (call === 'capture' && state === 'capturing' && status === 'authorized' && captureAmount !== null)
    return provider.capture(payment, minor(captureAmount), keyOf(payment, 'capture', captureAmount));
  if (call === 'release' && state === 'releasing' && (status === 'authorized' || status === 'open'))
    return provider.release(payment, keyOf(payment, 'release'));
  if (call === 'refund' && status === 'captured' && 'refunded' in before) {
    const missing = minor(refundWanted) - before.refunded - (before.refunding ?? 0);
    // One that was taken and failed later is another refund: under its key the provider would repeat that it took it.
    const failed = before.failedRefunds ? [`failed-${before.failedRefunds}`] : [];
    if (missing > 0)
      return provider.refund(payment, missing, keyOf(payment, 'refund', refundWanted, missing, ...failed));
  }
  return undefined;
}

/** The same for the same attempt, whose answer was lost, with the same parameters; providers repeat what they answered to a key. */
function keyOf({ paymentId, providerAttempt }: PaymentAtProvider, ...of: readonly (string | number)[]): string {
  return [paymentId, ...of, providerAttempt].join('-');
}

/** What a reading tells that is not known yet. */
export function eventsOf(
  reading: Reading,
  facts: PaymentFacts,
  provider: Pick<PaymentProvider, 'minorDigits'>,
  at: Date,
): PaymentEvent[] {
  const { currency } = facts;
  const amountOf = (units: number): string =>
    formatAmount(parseDecimal(fromMinor(units, provider.minorDigits(currency))), currency);
  switch (reading.status) {
    case 'open':
    case 'pending':
      return [];
    case 'authorized':
      return [{ type: 'authorized', amount: amountOf(reading.amount), captureBefore: reading.captureBefore, at }];
    case 'captured':
      return settledOf(facts, amountOf(reading.amount), amountOf(reading.refunded), at);
    default:
      return [{ type: reading.status, at }];
  }
}

function settledOf(facts: PaymentFacts, captured: string, refunded: string, at: Date): PaymentEvent[] {
  const isSettled = facts.state === 'captured' || facts.state === 'refunded';
  const isNews = !isSettled || facts.capturedAmount !== captured;
  return [
    ...(isNews ? [{ type: 'captured', amount: captured, at } as const] : []),
    ...(facts.refundedAmount !== refunded ? [{ type: 'refunded', amount: refunded, at } as const] : []),
  ];
}
