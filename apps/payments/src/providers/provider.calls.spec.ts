import { describe, expect, it } from '@jest/globals';
import type { PaymentFacts } from '../payments/payment.events.js';
import { step } from '../payments/payment.machine.js';
import { AT, factsIn } from '../payments/testing/facts.js';
import { CountingProvider } from '../payments/testing/world.js';
import { type PaymentAtProvider, type ProviderCall, carryOut } from './provider.calls.js';
import { ProviderRefused, type Reading } from './provider.port.js';

/** Keeps the keys of what it was asked, and fails as it is told to. */
class KeyedProvider extends CountingProvider {
  readonly keys: string[] = [];
  failure: Error | undefined;

  override capture(at: unknown, amount: number, key = ''): Promise<Reading> {
    return this.failed(key) ?? super.capture(at, amount);
  }

  override refund(at: unknown, amount: number, key = ''): Promise<Reading> {
    return this.failed(key) ?? super.refund(at, amount);
  }

  private failed(key: string): Promise<never> | undefined {
    this.keys.push(key);
    return this.failure && Promise.reject(this.failure);
  }
}

const HELD = { holdState: 'held', authorizedAmount: '50.00', due: '12.34', dueCurrency: 'EUR' } as const;

describe('a look at a provider', () => {
  const seen = async (given: Partial<PaymentAtProvider>) => {
    const payment = { ...factsIn('authorizing'), operatorId: 'o', paymentId: 'p', checkoutRef: null, ...given };
    const provider = Object.assign(new CountingProvider(), { status: 'gone' as const });
    return (await carryOut('look', payment, provider, () => AT)).events.map(({ type }) => type);
  };

  it('ends no payment whose page is being made meanwhile', async () => {
    expect(await seen({})).toEqual([]);
    expect(await seen({ checkoutRef: 'c' })).toEqual(['gone']);
  });

  it('ends one that is being given up before it had a page', async () => {
    expect(await seen({ state: 'releasing' })).toEqual(['gone']);
  });
});

describe('the key of a call to a provider', () => {
  const made = async (call: ProviderCall, facts: PaymentFacts, provider: KeyedProvider): Promise<PaymentFacts> => {
    const payment = { ...facts, operatorId: 'o', paymentId: 'p', checkoutRef: 'c' };
    const known = await carryOut(call, payment, provider, () => AT).catch(() => undefined);
    return (known?.events ?? []).reduce((after, event) => step(after, event).facts, facts);
  };
  const capturing = factsIn('capturing', { ...HELD, captureAmount: '12.34' });
  const captured = factsIn('captured', { ...HELD, capturedAmount: '50.00', refundWanted: '10.00' });

  it('is the same when its answer was lost', async () => {
    const provider = new KeyedProvider();
    provider.approve();
    provider.failure = new Error('no answer');
    await made('capture', await made('capture', capturing, provider), provider);
    expect(new Set(provider.keys).size).toBe(1);
    expect(provider.keys).toHaveLength(2);
  });

  it('is another one when the provider refused it', async () => {
    const provider = new KeyedProvider();
    provider.approve();
    provider.failure = new ProviderRefused('not today');
    const refused = await made('capture', capturing, provider);
    expect(refused.state).toBe('capture-failed');
    await made('capture', step(refused, { type: 'deadline', at: AT }).facts, provider);
    expect(new Set(provider.keys).size).toBe(2);
  });

  it.each([
    ['another amount, as some was given back by hand', { refunded: 400 }, captured],
    ['another refund of the same amount', { refunded: 1_000 }, { ...captured, refundWanted: '20.00' }],
    ['another attempt, as it was refused', {}, step(captured, { type: 'call-refused', at: AT }).facts],
  ])('is another one of %s', async (_, given, again) => {
    const provider = Object.assign(new KeyedProvider(), { status: 'captured' as const, captured: 5_000 });
    provider.failure = new Error('no answer');
    await made('refund', captured, provider);
    await made('refund', again, Object.assign(provider, given));
    expect(new Set(provider.keys).size).toBe(2);
  });
});
