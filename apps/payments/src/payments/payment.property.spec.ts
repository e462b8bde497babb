import { describe, expect, it } from '@jest/globals';
import { random } from '@chargemesh/waiting/random';
import { carryOut } from '../providers/provider.calls.js';
import type { PaymentEvent } from './payment.events.js';
import { World } from './testing/world.js';

const SEEDS = Array.from({ length: 1_000 }, (_, seed) => seed + 1);
const QUIET = new Set(['captured', 'refunded', 'released', 'declined', 'failed', 'capture-failed']);

describe('whatever happens to a payment, in any order and number', () => {
  it('takes money once and never more than was held, and forgets no hold', async () => {
    const ends = new Map<string, number>();
    for (const seed of SEEDS) {
      const world = new World(random(seed));
      for (let turn = 0; turn < 40; turn++) await world.turn();
      await world.comeToRest();
      const { provider, facts } = world;
      const cents = (amount: string | null): number => Math.round(Number(amount ?? '0') * 100);
      const rest = {
        story: `seed ${seed}: ${world.story.join(', ')}`,
        isQuiet: QUIET.has(facts.state),
        isHeldOrOpen: provider.status === 'authorized' || provider.status === 'open',
        isTakenOnce: provider.captures <= 1 && provider.captured <= 5_000,
        isNoMoreThanDue: provider.captured - provider.refunded <= cents(facts.due),
        isKnown: cents(facts.capturedAmount) === provider.captured && cents(facts.refundedAmount) === provider.refunded,
      };
      expect(rest).toEqual({
        ...{ story: rest.story, isQuiet: true, isHeldOrOpen: false },
        ...{ isTakenOnce: true, isNoMoreThanDue: true, isKnown: true },
      });
      ends.set(facts.state, (ends.get(facts.state) ?? 0) + 1);
    }
    // All ends are come to; otherwise the chance would have proved little.
    expect([...ends.keys()].sort()).toEqual([...QUIET].sort());
  });

  it('does not capture again what was captured and whose answer was lost', async () => {
    const world = new World(random(1));
    const at = new Date();
    const pay: PaymentEvent[] = [
      { type: 'authorized', amount: '50.00', captureBefore: null, at },
      { type: 'session-started', sessionId: 's', startedAt: at, at },
      { type: 'cdr', cdrId: 'c', total: '12.34', currency: 'EUR', at },
    ];
    world.provider.approve();
    for (const event of pay) world.take(event);
    const now = (): Date => at;
    await carryOut('capture', world.payment, world.provider, now);
    for (const event of (await carryOut('capture', world.payment, world.provider, now)).events) world.take(event);
    expect([world.provider.captures, world.facts.state, world.facts.capturedAmount]).toEqual([1, 'captured', '12.34']);
  });
});
