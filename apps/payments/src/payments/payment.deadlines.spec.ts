import { describe, expect, it } from '@jest/globals';
import { random } from '@chargemesh/waiting/random';
import { type Timed, deadlineOf } from './payment.deadlines.js';
import type { PaymentEvent, PaymentFacts } from './payment.events.js';
import { step } from './payment.machine.js';
import { PAYMENT_STATES, type PaymentState } from './payment.states.js';
import { AT, EVENTS, factsIn } from './testing/facts.js';

const SEEDS = Array.from({ length: 2_000 }, (_, seed) => seed + 1);
const HOUR_MS = 3_600_000;

const later = (at: Date, ms: number): Date => new Date(at.getTime() + ms);
const HELD = { holdState: 'held', authorizedAmount: '50.00', captureBefore: later(AT, 168 * HOUR_MS) } as const;

function paymentIn(state: PaymentState, given: Partial<PaymentFacts> = {}): Timed {
  const [checkoutExpiresAt, plugUntil] = [later(AT, HOUR_MS), later(AT, 300_000)];
  return { ...factsIn(state, given), checkoutExpiresAt, plugUntil, changedAt: AT };
}

function take(payment: Timed, event: PaymentEvent): Timed {
  const { facts, effects } = step(payment, event);
  return effects.includes('start') ? { ...facts, plugUntil: later(event.at, 300_000) } : facts;
}

/** Whatever may happen to a payment by chance, wherever it is, held for a week. */
function anything(seed: number): { payment: Timed; now: Date } {
  const chance = random(seed);
  const state = PAYMENT_STATES[seed % PAYMENT_STATES.length] as PaymentState;
  let [payment, now] = [paymentIn(state, state === 'authorizing' ? {} : HELD), AT];
  for (let turn = 0; turn < 2 + chance() * 12; turn++) {
    now = later(now, chance() * (chance() < 0.1 ? 80 * HOUR_MS : 120_000));
    const event = EVENTS[Math.floor(chance() * EVENTS.length)] as PaymentEvent;
    const told = event.type === 'authorized' ? { ...event, captureBefore: HELD.captureBefore } : event;
    payment = take(payment, { ...told, at: now });
  }
  return { payment, now };
}

describe('the deadline of a payment', () => {
  it('is never left in the past by one that was handled, and comes to an end', () => {
    const states = new Set<string>();
    for (const seed of SEEDS) {
      let { payment, now } = anything(seed);
      let handled = 0;
      for (let at: Date | null = now; at; at = deadlineOf(payment, now), handled++) {
        states.add(payment.state);
        now = at;
        payment = take(payment, { type: 'deadline', at });
        expect({ seed, state: payment.state, isPast: (deadlineOf(payment, now) ?? later(now, 1)) <= now }).toEqual({
          ...{ seed, state: payment.state, isPast: false },
        });
        if (handled > 400) throw new Error(`seed ${seed}: ${payment.state} is due again and again`);
      }
    }
    expect(states).toContain('capture-failed');
  });

  it.each([
    ['its hold is gone', { holdState: 'gone', due: '12.34', dueCurrency: 'EUR' }],
    ['its CDR has another currency', { holdState: 'held', due: '12.34', dueCurrency: 'CHF' }],
  ] as const)('of a capture that failed is none when %s', (_, given) => {
    expect(deadlineOf(paymentIn('capture-failed', { ...HELD, ...given }), AT)).toBeNull();
  });
});
