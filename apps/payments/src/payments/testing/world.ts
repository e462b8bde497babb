import { minorDigits } from '@chargemesh/money';
import type { Random } from '@chargemesh/waiting/random';
import { type ProviderCall, type PaymentAtProvider, carryOut } from '../../providers/provider.calls.js';
import {
  type CheckoutPage,
  type PaymentProvider,
  ProviderRefused,
  type Reading,
} from '../../providers/provider.port.js';
import type { PaymentEvent, PaymentFacts } from '../payment.events.js';
import { step } from '../payment.machine.js';
import { ANOTHER_START, DECIDED, factsIn } from './facts.js';

const HOLD = 5_000;

/** A provider in memory, which does what it is asked and counts it. */
export class CountingProvider implements PaymentProvider {
  readonly name = 'counting';
  readonly minorDigits = minorDigits;
  status: Reading['status'] = 'open';
  captures = 0;
  captured = 0;
  refunded = 0;

  approve(): void {
    if (this.status === 'open') this.status = 'authorized';
  }

  end(status: 'declined' | 'gone'): void {
    if (this.status === 'open' || (status === 'gone' && this.status === 'authorized')) this.status = status;
  }

  open(): Promise<CheckoutPage> {
    return Promise.resolve({ checkoutRef: 'c', url: '/' });
  }

  read(): Promise<Reading> {
    const { status } = this;
    if (status === 'captured') return Promise.resolve({ status, amount: this.captured, refunded: this.refunded });
    if (status === 'authorized') return Promise.resolve({ status, amount: HOLD, captureBefore: null });
    return Promise.resolve({ status });
  }

  capture(_: unknown, amount: number): Promise<Reading> {
    if (this.status !== 'authorized') return Promise.reject(new ProviderRefused('nothing is held'));
    this.status = 'captured';
    this.captures += 1;
    this.captured += amount;
    return this.read();
  }

  release(): Promise<Reading> {
    if (this.status === 'captured') return Promise.reject(new ProviderRefused('it is captured'));
    if (this.status !== 'declined') this.status = 'gone';
    return this.read();
  }

  refund(_: unknown, amount: number): Promise<Reading> {
    this.refunded += amount;
    return this.read();
  }
}

/** A payment, its provider and all that may happen to them by chance: late, twice, lost and in any order. */
export class World {
  readonly provider = new CountingProvider();
  readonly story: string[] = [];
  facts: PaymentFacts = factsIn('authorizing');
  private readonly calls: ProviderCall[] = [];
  private readonly seen: PaymentEvent[] = [];
  private clock = Date.parse('2026-03-01T12:00:00Z');

  constructor(private readonly chance: Random) {}

  get payment(): PaymentAtProvider {
    return { ...this.facts, operatorId: 'o', paymentId: 'p', checkoutRef: 'c' };
  }

  take(event: PaymentEvent): void {
    const { facts, effects } = step(this.facts, event);
    if (facts.state !== this.facts.state) this.story.push(`${event.type} → ${facts.state}`);
    this.facts = facts;
    for (const effect of effects)
      if (effect === 'capture' || effect === 'release' || effect === 'refund') this.calls.push(effect);
  }

  async turn(): Promise<void> {
    const turns: (() => Promise<void> | void)[] = [
      () => this.provider.approve(),
      () => this.provider.end(this.one('declined', 'gone')),
      () => this.call('look'),
      () => this.callAgain(),
      () => this.callAgain(),
      () => this.happen(),
      () => this.happen(),
      () => this.happen(),
      () => this.repeat(),
    ];
    // Paid, more often than not, and holds are lost seldom.
    if (this.chance() < 0.2) this.provider.approve();
    const chosen = this.one(...turns);
    if (chosen === turns[1] && this.chance() < 0.8) return;
    await chosen();
  }

  /** All that waits is done, what ends by time ends, and the provider's state is read until nothing is new. */
  async comeToRest(): Promise<void> {
    for (let round = 0; round < 20; round++) {
      for (const call of this.calls.splice(0)) await this.call(call);
      await this.call('look');
      if (this.facts.stopAgainAt && this.chance() < 0.5) this.take(this.at({ type: 'nothing-to-stop' }));
      else if (this.facts.state === 'charging')
        this.take(this.at({ type: 'session-ended', endedAt: new Date(), energyWh: 1 }));
      else if (this.provider.status === 'open') this.provider.end('gone');
      else {
        // Longer than any pause between stops.
        this.clock += 900_000;
        this.take(this.at({ type: 'deadline' }));
      }
    }
  }

  private async callAgain(): Promise<void> {
    const call = this.calls.shift();
    if (call === undefined) return;
    // Nobody recorded that it was made.
    if (this.chance() < 0.3) this.calls.push(call);
    await this.call(call, this.chance() < 0.2);
  }

  private async call(call: ProviderCall, isLost = false): Promise<void> {
    const { events } = await carryOut(call, this.payment, this.provider, () => new Date(this.clock));
    if (!isLost) for (const event of events) this.remember(event);
    else this.calls.push(call);
  }

  private happen(): void {
    const [at, due] = [new Date(this.clock), (this.chance() * 80).toFixed(2)];
    const amount = this.chance() < 0.1 ? '0.00' : due;
    this.remember(
      this.at(
        this.one<Timeless>(
          this.one<Timeless>(
            { type: 'start-accepted' },
            { type: 'start-unknown' },
            { type: 'start-refused', reason: 'start-rejected' },
          ),
          { type: 'session-started', sessionId: 's', startedAt: at },
          this.one<Timeless>(
            { type: 'session-ended', endedAt: at, energyWh: 1 },
            { type: 'session-finalized', endedAt: at, energyWh: 1 },
          ),
          this.one<Timeless>(
            { type: 'session-held' },
            { type: 'second-session' },
            { type: 'stop-failed' },
            { type: 'stop-accepted' },
            { type: 'nothing-to-stop' },
          ),
          this.one<Timeless>(
            { type: 'cost', amount: due, energyWh: 1, countedAt: at },
            { type: 'measured', energyWh: 1, countedAt: at },
            { type: 'tried-again', start: ANOTHER_START },
          ),
          { type: 'cdr', cdrId: 'c', total: amount, currency: 'EUR' },
          this.one<Timeless>(
            { type: 'stop-asked', by: 'driver' },
            { type: 'deadline' },
            { type: 'checkout-failed', reason: 'provider-unavailable' },
            { type: 'capture-asked', ...DECIDED },
            { type: 'release-asked', ...DECIDED },
            { type: 'written-off', ...DECIDED },
            { type: 'capture-refused' },
          ),
        ),
      ),
    );
  }

  /** Something that was said before is said again, however much later. */
  private repeat(): void {
    const [event] = this.seen.splice(Math.floor(this.chance() * this.seen.length), 1);
    // What is read of money taken never goes back: only the log's events and hints come again.
    if (event && event.type !== 'cdr' && event.type !== 'refunded' && event.type !== 'captured') this.take(event);
  }

  private remember(event: PaymentEvent): void {
    this.clock += 1_000;
    this.seen.push(event);
    this.take(event);
  }

  private at(event: Timeless): PaymentEvent {
    return { ...event, at: new Date(this.clock) } as PaymentEvent;
  }

  private one<T>(...of: readonly T[]): T {
    return of[Math.floor(this.chance() * of.length)] as T;
  }
}

type Timeless = PaymentEvent extends infer E ? (E extends PaymentEvent ? Omit<E, 'at'> : never) : never;
