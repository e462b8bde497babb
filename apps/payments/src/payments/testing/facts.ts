import type { PaymentEvent, PaymentFacts } from '../payment.events.js';
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
    holdState: 'none',
    authorizedAmount: null,
    captureBefore: null,
    sessionId: null,
    startedAt: null,
    endedAt: null,
    ending: null,
    energyWh: null,
    powerW: null,
    cost: null,
    costAt: null,
    due: null,
    dueCurrency: null,
    cdrId: null,
    captureAmount: null,
    capturedAmount: '0.00',
    capturedAt: null,
    refundWanted: '0.00',
    refundedAmount: '0.00',
    providerAttempt: 0,
    stopWanted: null,
    stopAskedAt: null,
    stopFailed: false,
    stopsAsked: 0,
    stopAgainAt: null,
    ...given,
  };
}

/** One of each. */
export const EVENTS: readonly PaymentEvent[] = (
  [
    { type: 'checkout-failed' },
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
    { type: 'cdr', cdrId: 'c', total: '12.34', currency: 'EUR' },
    { type: 'captured', amount: '12.34' },
    { type: 'capture-refused' },
    { type: 'call-refused' },
    { type: 'refunded', amount: '12.34' },
    { type: 'stop-asked', by: 'driver' },
    { type: 'stop-accepted' },
    { type: 'stop-failed' },
    { type: 'nothing-to-stop' },
    { type: 'deadline' },
  ] as const
).map((event) => ({ ...event, at: AT }));
