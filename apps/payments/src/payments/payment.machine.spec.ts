import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { PaymentEvent, PaymentEventType, PaymentFacts } from './payment.events.js';
import { type Effect, machine, step } from './payment.machine.js';
import { statesPage } from './payment.page.js';
import { PAYMENT_STATES, type PaymentState } from './payment.states.js';
import { AT, EVENTS, factsIn } from './testing/facts.js';

type Case = readonly [
  state: PaymentState,
  event: PaymentEventType,
  to: PaymentState,
  effects: readonly Effect[],
  given?: Partial<PaymentFacts>,
];

const HELD: Partial<PaymentFacts> = { holdState: 'held', authorizedAmount: '50.00' };
const GONE: Partial<PaymentFacts> = { holdState: 'gone', authorizedAmount: '50.00' };
const [LATER, ago] = [new Date(AT.getTime() + 1), (s: number) => new Date(AT.getTime() - s * 1_000)];
const TOMORROW = new Date(AT.getTime() + 86_400_000);
const STOP_DUE: Partial<PaymentFacts> = { ...HELD, stopWanted: 'driver', stopsAsked: 3, stopAgainAt: AT };
const PAID: Partial<PaymentFacts> = { ...HELD, due: '12.34', dueCurrency: 'EUR', captureAmount: '12.34' };

/** 2 kWh are 1.20 € at most. */
const DEAR: Partial<PaymentFacts> = {
  offer: {
    prices: [
      { kind: 'energy', component: 'ENERGY', amount: '0.60', text: '' },
      { kind: 'energy', component: 'ENERGY', amount: '0.30', text: '' },
    ],
  },
};

/** Every pair of state and event that does something, and when; all others do nothing. */
const cases: readonly Case[] = [
  ['authorizing', 'authorized', 'starting', ['start']],
  ['authorizing', 'authorized', 'releasing', ['release'], { hold: '60.00' }],
  ['authorizing', 'declined', 'declined', []],
  ['authorizing', 'gone', 'failed', []],
  ['authorizing', 'captured', 'captured', ['refund', 'settle']],
  ['authorizing', 'checkout-failed', 'releasing', ['release']],
  ['authorizing', 'stop-asked', 'releasing', ['release']],
  ['authorizing', 'start-refused', 'releasing', ['release']],
  ['authorizing', 'deadline', 'releasing', ['release']],
  ['starting', 'session-started', 'charging', [], HELD],
  ['starting', 'start-accepted', 'waiting-for-plug', [], HELD],
  ['starting', 'start-unknown', 'waiting-for-plug', [], HELD],
  ['starting', 'start-refused', 'start-failed', ['stop'], HELD],
  ['starting', 'stop-asked', 'starting', ['stop'], HELD],
  ['starting', 'stop-asked', 'starting', [], { ...HELD, stopWanted: 'released' }],
  ['starting', 'nothing-to-stop', 'starting', [], HELD],
  ['starting', 'nothing-to-stop', 'releasing', ['release'], { ...HELD, stopWanted: 'released' }],
  ['starting', 'stop-accepted', 'charging', [], { ...HELD, stopWanted: 'released' }],
  ['starting', 'stop-failed', 'charging', [], { ...HELD, stopWanted: 'released' }],
  ['starting', 'gone', 'failed', ['stop'], HELD],
  ['starting', 'deadline', 'starting', ['stop'], HELD],
  ['starting', 'deadline', 'releasing', ['stop', 'release'], { ...STOP_DUE, stopsAsked: 4 }],
  ['waiting-for-plug', 'session-started', 'charging', [], HELD],
  ['waiting-for-plug', 'stop-asked', 'waiting-for-plug', ['stop'], HELD],
  ['waiting-for-plug', 'stop-asked', 'waiting-for-plug', [], { ...HELD, stopWanted: 'released' }],
  ['waiting-for-plug', 'nothing-to-stop', 'waiting-for-plug', [], HELD],
  ['waiting-for-plug', 'nothing-to-stop', 'releasing', ['release'], { ...HELD, stopWanted: 'released' }],
  ['waiting-for-plug', 'stop-accepted', 'charging', [], { ...HELD, stopWanted: 'released' }],
  ['waiting-for-plug', 'stop-failed', 'charging', [], { ...HELD, stopWanted: 'released' }],
  ['waiting-for-plug', 'gone', 'failed', ['stop'], HELD],
  ['waiting-for-plug', 'deadline', 'waiting-for-plug', ['stop'], HELD],
  ['waiting-for-plug', 'deadline', 'releasing', ['stop', 'release'], { ...STOP_DUE, stopsAsked: 4 }],
  ...(['starting', 'waiting-for-plug'] as const).flatMap((state): Case[] => [
    [state, 'session-ended', 'ended', [], HELD],
    [state, 'session-finalized', 'ended', [], HELD],
  ]),
  ['start-failed', 'tried-again', 'starting', ['start'], HELD],
  ['start-failed', 'session-started', 'charging', ['stop'], HELD],
  ['start-failed', 'stop-asked', 'releasing', ['release'], HELD],
  ['start-failed', 'gone', 'failed', [], HELD],
  ['start-failed', 'captured', 'captured', ['refund', 'settle'], HELD],
  ['start-failed', 'deadline', 'releasing', ['release'], { ...HELD, retryUntil: AT }],
  ['start-failed', 'deadline', 'start-failed', [], { ...HELD, retryUntil: LATER }],
  ['start-failed', 'deadline', 'start-failed', ['stop'], { ...STOP_DUE, retryUntil: LATER }],
  ['start-failed', 'release-asked', 'releasing', ['release'], HELD],
  ...(['ended', 'checking', 'capture-failed'] as const).map((state): Case => [
    state,
    'release-asked',
    'releasing',
    ['release'],
    HELD,
  ]),
  ['captured', 'refund-asked', 'captured', ['refund'], { ...PAID, capturedAmount: '12.34' }],
  ['captured', 'refund-asked', 'captured', [], { ...PAID, capturedAmount: '12.34', refundWanted: '10.35' }],
  ['captured', 'written-off', 'captured', [], PAID],
  ['refunded', 'written-off', 'refunded', [], { ...PAID, capturedAmount: '12.34', refundedAmount: '12.34' }],
  ['capture-failed', 'capture-asked', 'capturing', ['capture'], PAID],
  ['capture-failed', 'capture-asked', 'capture-failed', [], { ...PAID, holdState: 'gone' }],
  ['capture-failed', 'written-off', 'releasing', ['release'], PAID],
  ['capture-failed', 'written-off', 'released', [], { ...PAID, holdState: 'gone' }],
  ['capture-failed', 'written-off', 'capture-failed', [], { ...PAID, holdState: 'gone', capturedAmount: '12.34' }],
  ['capture-failed', 'deadline', 'capture-failed', [], { ...PAID, writtenOffAt: AT }],
  ...(['released', 'declined', 'failed'] as const).map((state): Case => [state, 'written-off', state, [], PAID]),
  ['charging', 'measured', 'charging', [], { ...HELD, ...DEAR, limit: '1.21' }],
  ['charging', 'measured', 'charging', ['stop'], { ...HELD, ...DEAR, limit: '1.20' }],
  ['charging', 'cost', 'charging', [], { ...HELD, limit: '48.00' }],
  ['charging', 'cost', 'charging', ['stop'], { ...HELD, limit: '12.34' }],
  ['charging', 'cost', 'charging', [], { ...HELD, limit: '12.34', stopWanted: 'limit', stopAskedAt: AT }],
  ['charging', 'cost', 'charging', [], { ...HELD, limit: '12.34', stopWanted: 'driver', stopAgainAt: LATER }],
  ['charging', 'cost', 'charging', ['stop'], { ...HELD, limit: '12.34', stopWanted: 'limit', stopAskedAt: ago(900) }],
  ['charging', 'session-ended', 'ended', [], HELD],
  ['charging', 'session-finalized', 'ended', [], HELD],
  ['charging', 'session-held', 'checking', [], HELD],
  ['charging', 'second-session', 'charging', ['stop'], HELD],
  ['charging', 'stop-asked', 'charging', ['stop'], HELD],
  ['charging', 'stop-asked', 'charging', [], { ...HELD, stopWanted: 'driver', stopAskedAt: ago(59) }],
  ['charging', 'stop-asked', 'charging', ['stop'], { ...HELD, stopWanted: 'driver', stopAskedAt: ago(60) }],
  ['charging', 'gone', 'charging', ['stop'], HELD],
  ['charging', 'gone', 'charging', [], { ...HELD, stopWanted: 'released' }],
  ['charging', 'deadline', 'charging', ['stop'], HELD],
  ['charging', 'deadline', 'releasing', ['stop', 'release'], { ...HELD, stopWanted: 'limit', captureBefore: TOMORROW }],
  ['charging', 'deadline', 'charging', [], { ...HELD, stopWanted: 'limit' }],
  ['ended', 'session-held', 'checking', [], HELD],
  ['ended', 'second-session', 'ended', ['stop'], HELD],
  ['ended', 'deadline', 'releasing', ['release'], HELD],
  ['checking', 'session-finalized', 'ended', [], HELD],
  ['checking', 'second-session', 'checking', ['stop'], HELD],
  ['checking', 'deadline', 'releasing', ['stop', 'release'], HELD],
  ...(['charging', 'ended', 'checking'] as const).flatMap((state): Case[] => [
    [state, 'cdr', 'capturing', ['capture'], HELD],
    [state, 'cdr', 'capture-failed', [], GONE],
    [state, 'cdr', 'capture-failed', [], { ...HELD, currency: 'CHF' }],
    [state, 'cdr', 'capturing', ['capture'], { ...HELD, capturedAmount: '50.00' }],
  ]),
  ['capturing', 'captured', 'captured', ['settle'], PAID],
  ['capturing', 'captured', 'captured', ['refund', 'settle'], { ...PAID, due: '10.00' }],
  ['capturing', 'capture-refused', 'capture-failed', [], PAID],
  ['capturing', 'gone', 'capture-failed', [], PAID],
  ['capturing', 'authorized', 'capturing', ['capture'], PAID],
  ['capturing', 'second-session', 'capturing', ['stop'], PAID],
  ['captured', 'cdr', 'captured', [], { ...PAID, capturedAmount: '12.34' }],
  ['captured', 'cdr', 'captured', ['refund'], { ...PAID, capturedAmount: '20.00' }],
  ['captured', 'cdr', 'captured', [], { ...PAID, capturedAmount: '20.00', refundWanted: '7.66' }],
  ['captured', 'captured', 'captured', [], { ...PAID, capturedAmount: '12.34' }],
  ['captured', 'captured', 'captured', ['refund'], { ...PAID, due: '10.00' }],
  ['captured', 'refunded', 'captured', ['settle'], { ...PAID, capturedAmount: '20.00' }],
  ['captured', 'refunded', 'refunded', ['settle'], { ...PAID, capturedAmount: '12.34' }],
  ['captured', 'second-session', 'captured', ['stop'], PAID],
  ['capture-failed', 'captured', 'captured', ['settle'], PAID],
  ['capture-failed', 'cdr', 'capture-failed', [], PAID],
  ['capture-failed', 'deadline', 'capturing', ['capture'], PAID],
  ['capture-failed', 'deadline', 'capture-failed', [], { ...PAID, holdState: 'gone' }],
  ['capture-failed', 'deadline', 'capture-failed', [], { ...PAID, dueCurrency: 'CHF' }],
  ['capture-failed', 'second-session', 'capture-failed', ['stop'], PAID],
  ['refunded', 'second-session', 'refunded', ['stop'], PAID],
  ['releasing', 'gone', 'released', [], HELD],
  ['releasing', 'gone', 'failed', []],
  ['releasing', 'declined', 'failed', []],
  ['releasing', 'declined', 'releasing', [], HELD],
  ['releasing', 'authorized', 'releasing', ['release']],
  ['releasing', 'captured', 'captured', ['refund', 'settle'], HELD],
  ['releasing', 'session-started', 'releasing', ['stop'], HELD],
  ['releasing', 'second-session', 'releasing', ['stop'], HELD],
  ...PAYMENT_STATES.filter((state) => machine[state].deadline?.some(({ when }) => when === 'a stop is due')).map(
    (state): Case => [state, 'deadline', state, ['stop'], { ...STOP_DUE, retryUntil: LATER }],
  ),
  ...(['released', 'declined', 'failed'] as const).flatMap((state): Case[] => [
    [state, 'authorized', 'releasing', ['release'], GONE],
    [state, 'captured', 'captured', ['refund', 'settle'], GONE],
    [state, 'session-started', state, ['stop'], GONE],
    [state, 'second-session', state, ['stop'], GONE],
  ]),
];

const pairs = PAYMENT_STATES.flatMap((state) => EVENTS.map((event) => [state, event] as const));
const isListed = (state: PaymentState, type: PaymentEventType) => cases.some(([s, t]) => s === state && t === type);

describe('a payment', () => {
  it.each(cases)('in %s, on %s, goes to %s and does %j (given %j)', (state, type, to, effects, given = {}) => {
    const event = EVENTS.find((one) => one.type === type) as PaymentEvent;
    const { facts, effects: done } = step(factsIn(state, given), event);
    expect([facts.state, done]).toEqual([to, effects]);
  });

  it.each(
    pairs.filter(([state, { type }]) => !isListed(state, type)).map(([state, event]) => [state, event.type, event]),
  )('in %s, on %s, stays as it is and does nothing', (state, _, event) => {
    const { facts, effects } = step(factsIn(state as PaymentState, HELD), event as PaymentEvent);
    expect([facts.state, effects]).toEqual([state, []]);
  });

  it('has a case for every rule of the table', () => {
    const named = Object.entries(machine).flatMap(([state, rules]) =>
      Object.keys(rules).map((type) => `${state} ${type}`),
    );
    expect(named.filter((pair) => !cases.some(([state, type]) => `${state} ${type}` === pair))).toEqual([]);
  });

  it.each([
    ['starting', 'released', 'start-timed-out'],
    ['waiting-for-plug', 'released', 'not-plugged-in'],
    ['waiting-for-plug', 'driver', 'cancelled'],
  ] as const)('given up in %s (%s) is released as %s', (state, stopWanted, reason) => {
    const { facts } = step(factsIn(state, { ...HELD, stopWanted }), { type: 'nothing-to-stop', at: AT });
    expect([facts.state, facts.reason]).toEqual(['releasing', reason]);
  });

  it('is released, not captured, when nothing is due', () => {
    const event: PaymentEvent = { type: 'cdr', cdrId: 'c', total: '0.00', currency: 'EUR', at: AT };
    for (const state of ['charging', 'ended', 'checking', 'capture-failed'] as const)
      expect(step(factsIn(state, HELD), event)).toMatchObject({
        facts: { state: 'releasing', reason: 'nothing-to-pay' },
        effects: ['release'],
      });
  });

  it('captures no more than is held, whatever the CDR says', () => {
    const event: PaymentEvent = { type: 'cdr', cdrId: 'c', total: '64.20', currency: 'EUR', at: AT };
    expect(step(factsIn('ended', HELD), event).facts.captureAmount).toBe('50.00');
  });

  it('captures again what it asked for first, though the bill was corrected meanwhile', () => {
    const event: PaymentEvent = { type: 'authorized', amount: '50.00', captureBefore: null, at: AT };
    expect(step(factsIn('capturing', { ...PAID, due: '9.00' }), event).facts.captureAmount).toBe('12.34');
  });

  it('captures no more than is held, also where the provider has lowered that after the capture was asked for', () => {
    const event: PaymentEvent = { type: 'authorized', amount: '9.00', captureBefore: null, at: AT };
    const { facts, effects } = step(factsIn('capturing', PAID), event);
    expect([facts.captureAmount, facts.authorizedAmount, effects]).toEqual(['9.00', '9.00', ['capture']]);
  });

  it('is stopped at what is held, where the provider has lowered that', () => {
    const event: PaymentEvent = { type: 'authorized', amount: '20.00', captureBefore: null, at: AT };
    expect(step(factsIn('charging', HELD), event).facts.limit).toBe('20.00');
  });

  it('gives back the difference when a correction says less', () => {
    const event: PaymentEvent = { type: 'cdr', cdrId: 'c', total: '4.00', currency: 'EUR', at: AT };
    const { facts, effects } = step(factsIn('captured', { ...PAID, capturedAmount: '12.34' }), event);
    expect([facts.refundWanted, effects]).toEqual(['8.34', ['refund']]);
  });
});

describe('a stop', () => {
  const asked = { stopWanted: 'released' as const, stopsAsked: 1, stopAskedAt: AT };
  const againAfterS = (facts: PaymentFacts) =>
    facts.stopAgainAt === null ? null : (facts.stopAgainAt.getTime() - AT.getTime()) / 1_000;

  it.each(PAYMENT_STATES.filter((state) => !['authorizing', 'starting', 'waiting-for-plug'].includes(state)))(
    'that a station did not take is asked for again, in %s',
    (state) => {
      const { facts } = step(factsIn(state, { ...HELD, ...asked, retryUntil: TOMORROW }), {
        type: 'stop-failed',
        at: AT,
      });
      expect(againAfterS(facts)).toBe(30);
      const again = step(facts, { type: 'deadline', at: facts.stopAgainAt as Date });
      expect([again.effects, again.facts.stopsAsked]).toEqual([['stop'], 2]);
    },
  );

  it('is asked for less and less often, for a day', () => {
    const pauses: number[] = [];
    let facts: PaymentFacts = factsIn('released', { ...HELD, ...asked, stopAgainAt: AT });
    for (let at: Date | null = AT; at; at = facts.stopAgainAt) {
      ({ facts } = step(facts, { type: 'deadline', at }));
      ({ facts } = step(facts, { type: 'stop-failed', at }));
      if (facts.stopAgainAt) pauses.push((facts.stopAgainAt.getTime() - at.getTime()) / 1_000);
    }
    expect(pauses.slice(0, 6)).toEqual([60, 120, 240, 480, 900, 900]);
    expect(pauses.reduce((sum, pause) => sum + pause)).toBeGreaterThan(80_000);
    expect(pauses.length).toBeLessThan(100);
  });

  it('that was accepted without effect is asked for again after a minute', () => {
    const { facts } = step(factsIn('charging', { ...HELD, ...asked, stopWanted: 'driver' }), {
      type: 'stop-accepted',
      at: AT,
    });
    expect(againAfterS(facts)).toBe(60);
  });

  it('is over when its session has ended, or there is nothing to stop', () => {
    const running = factsIn('charging', { ...HELD, ...asked, stopWanted: 'driver', stopAgainAt: LATER });
    const ended: PaymentEvent = { type: 'session-ended', endedAt: AT, energyWh: 1, at: AT };
    for (const event of [ended, { type: 'nothing-to-stop', at: AT } as const])
      expect(step(running, event).facts.stopAgainAt).toBeNull();
    const late = step(step(running, ended).facts, { type: 'stop-failed', at: AT });
    expect(late.facts.stopAgainAt).toBeNull();
  });
});

describe('the page of states', () => {
  it('is what the table says', () => {
    const page = readFileSync(new URL('../../../../docs/payments-states.md', import.meta.url), 'utf8');
    expect(page).toBe(statesPage());
  });
});
