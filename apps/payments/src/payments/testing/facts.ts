import type { AnotherStart, PaymentEvent, PaymentFacts } from '../payment.events.js';
import type { PaymentState } from '../payment.states.js';

export const AT = new Date('2026-03-01T12:00:00Z');

/** A payment of which nothing is known but that 50 € are to be held. */
export function factsIn(state: PaymentState, given: Partial<PaymentFacts> = {}): PaymentFacts {
  return {
    state,
    reason: null,
    currency: 'EUR',
    hold: '50.00',
    limit: '47.50',
    offer: { prices: [] },
    maxPowerW: null,
    retryUntil: null,
    holdState: 'none',
    authorizedAmount: null,
    captureBefore: null,
    sessionId: null,
    startedAt: null,
    endedAt: null,
    ending: null,
    energyWh: null,
    energyAt: null,
    powerW: null,
    cost: null,
    costAt: null,
    limitAt: null,
    due: null,
    dueCurrency: null,
    cdrId: null,
    captureAmount: null,
    capturedAmount: '0.00',
    capturedAt: null,
    refundWanted: '0.00',
    refundedAmount: '0.00',
    goodwill: '0.00',
    writtenOffAt: null,
    providerAttempt: 0,
    stopWanted: null,
    stopAskedAt: null,
    stopFailed: false,
    stopsAsked: 0,
    stopAgainAt: null,
    ...given,
  };
}

export const ANOTHER_START: AnotherStart = {
  ...{ startRequestId: 's2', tokenUid: 'T2', stationId: 'CS-2', evseId: 1, maxPowerW: null, limit: '47.50' },
  offer: {
    price: { tariffId: 't', tariffVersion: 1 },
    currency: 'EUR',
    timeZone: 'UTC',
    locale: 'en',
    prices: [],
    notes: [],
  },
};

export const DECIDED = { by: 'somebody', note: 'asked on the phone' } as const;

/** One of each. */
export const EVENTS: readonly PaymentEvent[] = (
  [
    { type: 'checkout-failed', reason: 'provider-unavailable' },
    { type: 'authorized', amount: '50.00', captureBefore: null },
    { type: 'declined' },
    { type: 'gone' },
    { type: 'start-accepted' },
    { type: 'start-unknown' },
    { type: 'start-refused', reason: 'not-connected' },
    { type: 'session-started', sessionId: 's', startedAt: AT },
    { type: 'session-ended', endedAt: AT, energyWh: 2_000 },
    { type: 'session-finalized', endedAt: AT, energyWh: 2_000 },
    { type: 'session-held' },
    { type: 'second-session' },
    { type: 'cost', amount: '12.34', energyWh: 2_000, countedAt: AT },
    { type: 'measured', energyWh: 2_000, countedAt: AT },
    { type: 'tried-again', start: ANOTHER_START },
    { type: 'cdr', cdrId: 'c', total: '12.34', currency: 'EUR' },
    { type: 'captured', amount: '12.34' },
    { type: 'capture-refused' },
    { type: 'call-refused' },
    { type: 'refunded', amount: '12.34' },
    { type: 'stop-asked', by: 'driver' },
    { type: 'refund-asked', amount: '2.00', ...DECIDED },
    { type: 'capture-asked', ...DECIDED },
    { type: 'release-asked', ...DECIDED },
    { type: 'written-off', ...DECIDED },
    { type: 'stop-accepted' },
    { type: 'stop-failed' },
    { type: 'nothing-to-stop' },
    { type: 'deadline' },
  ] as const
).map((event) => ({ ...event, at: AT }));
