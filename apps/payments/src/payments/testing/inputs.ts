import { ANOTHER_START, AT, DECIDED } from './facts.js';
import type { PaymentEvent, PaymentEventType, PaymentFacts } from '../payment.events.js';

type Timeless<E> = E extends unknown ? Omit<E, 'at'> : never;

/** Something that others or time do, as the machine takes it; the test does it to a real process (`PaymentsUnderKill`). */
export interface Input {
  readonly name: InputName;
  /** Whether it can happen to such a payment. */
  readonly when?: (facts: PaymentFacts) => boolean;
  readonly event: (facts: PaymentFacts) => Timeless<PaymentEvent>;
}

const isUntaken = ({ capturedAmount, holdState }: PaymentFacts): boolean =>
  capturedAmount === '0.00' && holdState !== 'gone';
const isClosed = ({ state }: PaymentFacts): boolean => ['released', 'declined', 'failed'].includes(state);
const isAsked = ({ stopWanted }: PaymentFacts): boolean => stopWanted !== null;
const hasSession = ({ sessionId }: PaymentFacts): boolean => sessionId !== null;
const cdrOf = (total: string, currency = 'EUR') => ({ type: 'cdr', cdrId: 'c', total, currency }) as const;
const answeredBy = (type: 'stop-accepted' | 'stop-failed' | 'nothing-to-stop'): Omit<Input, 'name'> => ({
  when: isAsked,
  event: () => ({ type }),
});

/** By what it does; several of one event, where rules depend on what it says. */
const inputs = {
  approved: {
    when: ({ state, holdState }) => state === 'authorizing' && holdState === 'none',
    event: () => ({ type: 'authorized', amount: '50.00', captureBefore: null }),
  },
  'approved for less': {
    when: ({ state, holdState }) => state === 'authorizing' && holdState === 'none',
    event: () => ({ type: 'authorized', amount: '40.00', captureBefore: null }),
  },
  'approved, and the hold nearly ends': {
    when: ({ state, holdState }) => state === 'authorizing' && holdState === 'none',
    event: () => ({ type: 'authorized', amount: '50.00', captureBefore: AT }),
  },
  'approved after all': {
    when: (facts) => facts.capturedAmount === '0.00' && isClosed(facts),
    event: () => ({ type: 'authorized', amount: '50.00', captureBefore: null }),
  },
  declined: {
    when: ({ state, holdState }) => state === 'authorizing' && holdState === 'none',
    event: () => ({ type: 'declined' }),
  },
  'given back by the provider': { when: isUntaken, event: () => ({ type: 'gone' }) },
  'captured by hand': {
    when: ({ capturedAmount, holdState }) => capturedAmount === '0.00' && holdState !== 'none',
    event: () => ({ type: 'captured', amount: '50.00' }),
  },
  'captured unheard': {
    when: (facts) => facts.holdState === 'none' && (facts.state === 'authorizing' || isClosed(facts)),
    event: () => ({ type: 'captured', amount: '50.00' }),
  },
  'captured as asked': {
    when: ({ state }) => state === 'capturing',
    event: ({ captureAmount }) => ({ type: 'captured', amount: captureAmount ?? '0.00' }),
  },
  'capture refused': { when: ({ state }) => state === 'capturing', event: () => ({ type: 'capture-refused' }) },
  'refunded by hand': {
    when: ({ state }) => state === 'captured',
    event: ({ capturedAmount }) => ({ type: 'refunded', amount: capturedAmount }),
  },
  'start-accepted': { event: () => ({ type: 'start-accepted' }) },
  'start-unknown': { event: () => ({ type: 'start-unknown' }) },
  'start-refused': {
    when: ({ state }) => state === 'starting',
    event: () => ({ type: 'start-refused', reason: 'start-rejected' }),
  },
  'session-started': {
    when: (facts) => facts.sessionId === null && (facts.holdState !== 'none' || isClosed(facts)),
    event: () => ({ type: 'session-started', sessionId: 's', startedAt: AT }),
  },
  'session-ended': { when: hasSession, event: () => ({ type: 'session-ended', endedAt: AT, energyWh: 2_000 }) },
  'session-finalized': { when: hasSession, event: () => ({ type: 'session-finalized', endedAt: AT, energyWh: 2_000 }) },
  'session-held': { when: hasSession, event: () => ({ type: 'session-held' }) },
  'second-session': { when: hasSession, event: () => ({ type: 'second-session' }) },
  'cost at the limit': {
    when: hasSession,
    event: () => ({ type: 'cost', amount: '48.00', energyWh: 2_000, countedAt: AT }),
  },
  cdr: { when: hasSession, event: () => cdrOf('12.34') },
  'cdr of nothing': { when: hasSession, event: () => cdrOf('0.00') },
  'cdr of less': { when: ({ capturedAmount }) => capturedAmount !== '0.00', event: () => cdrOf('5.00') },
  'cdr in another currency': { when: hasSession, event: () => cdrOf('12.34', 'SEK') },
  measured: { when: hasSession, event: () => ({ type: 'measured', energyWh: 2_000, countedAt: AT }) },
  'tried again': {
    when: ({ state }) => state === 'start-failed',
    event: () => ({ type: 'tried-again', start: ANOTHER_START }),
  },
  'refund asked': {
    when: ({ state, due }) => state === 'captured' && due === '12.34',
    event: () => ({ type: 'refund-asked', amount: '2.00', ...DECIDED }),
  },
  'capture asked': { when: hasSession, event: () => ({ type: 'capture-asked', ...DECIDED }) },
  'release asked': { event: () => ({ type: 'release-asked', ...DECIDED }) },
  'written off': { when: hasSession, event: () => ({ type: 'written-off', ...DECIDED }) },
  'driver stops': { event: () => ({ type: 'stop-asked', by: 'driver' }) },
  'stop-accepted': answeredBy('stop-accepted'),
  'stop-failed': answeredBy('stop-failed'),
  'nothing-to-stop': answeredBy('nothing-to-stop'),
  deadline: { event: () => ({ type: 'deadline' }) },
} as const satisfies Record<string, Omit<Input, 'name'>>;

export type InputName = keyof typeof inputs;
export const INPUTS: readonly Input[] = Object.entries<Omit<Input, 'name'>>(inputs).map(([name, input]) => ({
  name: name as InputName,
  ...input,
}));

/** Nobody outside can bring these about at will: tests of calls that are cut off do. */
const FROM_WITHIN: ReadonlySet<PaymentEventType> = new Set(['checkout-failed', 'call-refused']);

/** What the machine knows and no input brings about. */
export function unheardOf(events: readonly PaymentEventType[]): PaymentEventType[] {
  const told = new Set(INPUTS.flatMap(({ event }) => SHAPES.map((facts) => event(facts).type)));
  return events.filter((event) => !told.has(event) && !FROM_WITHIN.has(event));
}

const SHAPES = [{ captureAmount: null, capturedAmount: '0.00' } as PaymentFacts];
