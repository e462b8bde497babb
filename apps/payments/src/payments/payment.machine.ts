import {
  type PaymentEvent,
  type PaymentEventType,
  type PaymentFacts,
  type StopReason,
  note,
  overpaid,
  payable,
  plus,
} from './payment.events.js';
import { type Guard, guards } from './payment.guards.js';
import type { PaymentReason, PaymentState } from './payment.states.js';
import { asked } from './payment.stops.js';

/**
 * What a rule has done, as rows of the transaction that applies it: a start or stop asked for in the outbox, a call to the
 * provider, or the receipt. Each may be done twice: the provider's state is read before.
 */
export type Effect = 'start' | 'stop' | 'capture' | 'release' | 'refund' | 'settle';

/** The first rule of an event whose condition holds applies; what has none changes nothing but what is noted. */
export interface Rule {
  readonly when?: Guard;
  /** Stays where it is, if absent. */
  readonly to?: PaymentState;
  /** `told`: the one that the event names; `given-up`: by whoever asked for the stop, or by time. */
  readonly reason?: PaymentReason | 'told' | 'given-up';
  readonly stop?: StopReason | 'told' | 'again';
  readonly effects?: readonly Exclude<Effect, 'stop'>[];
}
export type Rules = Readonly<Partial<Record<PaymentEventType, readonly Rule[]>>>;

/** The CDR of a session. What somebody captured at the provider by hand is compared with it like any capture. */
const PRICED: readonly Rule[] = [
  { when: 'another currency', to: 'capture-failed', reason: 'amount-differs' },
  { when: 'captured already', to: 'capturing', effects: ['capture'] },
  { when: 'nothing due', to: 'releasing', reason: 'nothing-to-pay', effects: ['release'] },
  { when: 'the hold is gone', to: 'capture-failed', reason: 'hold-lost' },
  { to: 'capturing', effects: ['capture'] },
];

/** The provider has the money, whoever had it take it. */
const PAID: readonly Rule[] = [
  { when: 'overpaid', to: 'captured', effects: ['refund', 'settle'] },
  { to: 'captured', effects: ['settle'] },
];

/** Nobody charges at a hold that is given back. */
const LATE_START: readonly Rule[] = [{ stop: 'released' }];

/** What may charge on its token is stopped, wherever the payment is. */
const STOPS: Rule = { when: 'a stop is due', stop: 'again' };

/** The operator gives back what is held. */
const RELEASED: readonly Rule[] = [
  { when: 'something is held', to: 'releasing', reason: 'operator-released', effects: ['release'] },
];

/** A success after the end: given back at once. */
const CLOSED: Rules = {
  'written-off': [{ when: 'something is short' }],
  authorized: [{ to: 'releasing', effects: ['release'] }],
  captured: PAID,
  'session-started': LATE_START,
  'second-session': LATE_START,
  deadline: [STOPS],
};

/**
 * Between the hold and the plug. Sessions may know of one that is not heard of here yet: what is given up is withdrawn there, and
 * the hold is given back when nothing has begun, or nobody answers for long.
 */
const BEFORE_PLUG: Rules = {
  'session-started': [{ to: 'charging' }],
  'session-ended': [{ to: 'ended' }],
  'session-finalized': [{ to: 'ended' }],
  'stop-asked': [{ when: 'no stop asked', stop: 'told' }],
  'nothing-to-stop': [{ when: 'a stop is asked', to: 'releasing', reason: 'given-up', effects: ['release'] }],
  'stop-accepted': [{ when: 'a stop is asked', to: 'charging' }],
  'stop-failed': [{ when: 'a stop is asked', to: 'charging' }],
  gone: [{ to: 'failed', reason: 'hold-lost', stop: 'released' }],
  deadline: [
    { when: 'no stop asked', stop: 'released' },
    { when: 'no answer for long', to: 'releasing', reason: 'given-up', stop: 'again', effects: ['release'] },
    STOPS,
  ],
};

/**
 * After a start that failed: the same hold serves another try, here or at a neighbouring EVSE, so that there are never two for one
 * attempt. What begins late on the start that failed is stopped, and paid by this hold while it is there.
 */
const START_FAILED: Rules = {
  'tried-again': [{ to: 'starting', effects: ['start'] }],
  'session-started': [{ to: 'charging', stop: 'released' }],
  'stop-asked': [{ to: 'releasing', effects: ['release'] }],
  'release-asked': RELEASED,
  gone: [{ to: 'failed', reason: 'hold-lost' }],
  captured: PAID,
  deadline: [{ when: 'the time to try again is over', to: 'releasing', effects: ['release'] }, STOPS],
};

/** States × events: all that a payment does. */
export const machine: Readonly<Record<PaymentState, Rules>> = {
  authorizing: {
    authorized: [
      { when: 'held as asked', to: 'starting', effects: ['start'] },
      { to: 'releasing', reason: 'amount-differs', effects: ['release'] },
    ],
    declined: [{ to: 'declined', reason: 'declined' }],
    gone: [{ to: 'failed', reason: 'expired' }],
    captured: PAID,
    'checkout-failed': [{ to: 'releasing', reason: 'told', effects: ['release'] }],
    'stop-asked': [{ to: 'releasing', reason: 'cancelled', effects: ['release'] }],
    'start-refused': [{ to: 'releasing', reason: 'told', effects: ['release'] }],
    deadline: [{ to: 'releasing', reason: 'expired', effects: ['release'] }],
  },
  starting: {
    ...BEFORE_PLUG,
    'start-accepted': [{ to: 'waiting-for-plug' }],
    'start-unknown': [{ to: 'waiting-for-plug' }],
    'start-refused': [{ to: 'start-failed', reason: 'told', stop: 'released' }],
  },
  'waiting-for-plug': BEFORE_PLUG,
  'start-failed': START_FAILED,
  charging: {
    cost: [{ when: 'at the limit', stop: 'limit' }],
    measured: [{ when: 'at the limit by the worst case', stop: 'limit' }],
    'session-ended': [{ to: 'ended' }],
    'session-finalized': [{ to: 'ended' }],
    'session-held': [{ to: 'checking' }],
    'second-session': LATE_START,
    cdr: PRICED,
    'stop-asked': [{ when: 'no stop under way', stop: 'told' }],
    gone: [{ when: 'no stop asked', reason: 'hold-lost', stop: 'released' }],
    deadline: [
      STOPS,
      { when: 'no stop asked', stop: 'limit' },
      {
        when: 'the hold nearly ends',
        to: 'releasing',
        reason: 'not-priced-in-time',
        stop: 'released',
        effects: ['release'],
      },
    ],
  },
  ended: {
    'session-held': [{ to: 'checking' }],
    'second-session': LATE_START,
    cdr: PRICED,
    'release-asked': RELEASED,
    deadline: [STOPS, { to: 'releasing', reason: 'not-priced-in-time', effects: ['release'] }],
  },
  checking: {
    'session-finalized': [{ to: 'ended' }],
    'second-session': LATE_START,
    cdr: PRICED,
    'release-asked': RELEASED,
    deadline: [STOPS, { to: 'releasing', reason: 'not-priced-in-time', stop: 'released', effects: ['release'] }],
  },
  capturing: {
    captured: PAID,
    'capture-refused': [{ to: 'capture-failed', reason: 'capture-refused' }],
    gone: [{ to: 'capture-failed', reason: 'hold-lost' }],
    // Read at the provider when it should be captured by now.
    authorized: [{ effects: ['capture'] }],
    'second-session': LATE_START,
    deadline: [STOPS],
  },
  captured: {
    cdr: [{ when: 'overpaid', effects: ['refund'] }],
    captured: [{ when: 'overpaid', effects: ['refund'] }],
    refunded: [{ when: 'all given back', to: 'refunded', effects: ['settle'] }, { effects: ['settle'] }],
    'refund-asked': [{ when: 'it can be given back', effects: ['refund'] }],
    'written-off': [{ when: 'something is short' }],
    'second-session': LATE_START,
    deadline: [STOPS],
  },
  'capture-failed': {
    captured: PAID,
    cdr: [{ when: 'nothing due', to: 'releasing', reason: 'nothing-to-pay', effects: ['release'] }],
    'capture-asked': [{ when: 'a capture may succeed', to: 'capturing', effects: ['capture'] }],
    'release-asked': RELEASED,
    // Where nothing is held any more, nothing more comes of it.
    'written-off': [...RELEASED, { when: 'something is short', to: 'released' }],
    deadline: [STOPS, { when: 'a capture may succeed', to: 'capturing', effects: ['capture'] }],
    'second-session': LATE_START,
  },
  refunded: { 'written-off': [{ when: 'something is short' }], 'second-session': LATE_START, deadline: [STOPS] },
  releasing: {
    gone: [{ when: 'something was held', to: 'released' }, { to: 'failed' }],
    declined: [{ when: 'nothing was held', to: 'failed' }],
    // Paid while it was being closed, or not given back yet.
    authorized: [{ effects: ['release'] }],
    captured: PAID,
    'session-started': LATE_START,
    'second-session': LATE_START,
    deadline: [STOPS],
  },
  released: CLOSED,
  declined: CLOSED,
  failed: CLOSED,
};

export interface Step<F> {
  readonly facts: F;
  readonly effects: readonly Effect[];
  /** Whether a rule applied. */
  readonly applied: boolean;
}

/** What an event does to a payment. */
export function step<F extends PaymentFacts>(facts: F, event: PaymentEvent): Step<F> {
  const seen = note(facts, event);
  const rules = machine[facts.state][event.type] ?? [];
  const rule = rules.find(({ when }) => when === undefined || guards[when](seen, event));
  if (!rule) return { facts: seen, effects: [], applied: false };
  const effects = [...(rule.stop === undefined ? [] : (['stop'] as const)), ...(rule.effects ?? [])];
  return { facts: { ...seen, ...changesOf(rule, seen, event) }, effects, applied: true };
}

function changesOf(rule: Rule, facts: PaymentFacts, event: PaymentEvent): Partial<PaymentFacts> {
  return {
    ...(rule.to === undefined ? {} : { state: rule.to }),
    ...(rule.reason === undefined ? {} : { reason: reasonOf(rule.reason, facts, event) }),
    ...(rule.stop === undefined ? {} : { stopWanted: stopOf(rule.stop, facts, event), stopAskedAt: event.at }),
    ...(rule.stop === undefined ? {} : asked(rule.stop === 'again' ? facts.stopsAsked + 1 : 1, event.at)),
    ...(rule.effects?.includes('capture') ? { captureAmount: facts.captureAmount ?? payable(facts) } : {}),
    ...(rule.effects?.includes('refund') ? { refundWanted: refundOf(facts, event) } : {}),
  };
}

function reasonOf(reason: NonNullable<Rule['reason']>, facts: PaymentFacts, event: PaymentEvent): PaymentReason {
  if (reason === 'given-up') {
    if (facts.stopWanted !== 'released') return 'cancelled';
    return facts.state === 'starting' ? 'start-timed-out' : 'not-plugged-in';
  }
  if (reason !== 'told') return reason;
  return event.type === 'start-refused' || event.type === 'checkout-failed' ? event.reason : 'start-rejected';
}

/** All that is to be given back. A correction of the bill later counts what the operator gave back before it. */
function refundOf(facts: PaymentFacts, event: PaymentEvent): string {
  return event.type === 'refund-asked' ? plus(facts, facts.refundWanted, event.amount) : overpaid(facts);
}

function stopOf(stop: NonNullable<Rule['stop']>, { stopWanted }: PaymentFacts, event: PaymentEvent): StopReason {
  if (stop === 'again') return stopWanted ?? 'released';
  if (stop !== 'told') return stop;
  return event.type === 'stop-asked' ? event.by : 'released';
}
