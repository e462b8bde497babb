import { type PaymentEvent, type PaymentFacts, isLess, overpaid, refundable, shortfall } from './payment.events.js';
import { LONGEST_PAUSE_MS, NO_EFFECT_MS } from './payment.stops.js';

/** So many stops without an answer, which is a quarter of an hour, and sessions is not waited for any longer. */
const UNANSWERED = 4;
/** So long before the provider gives the hold back: what is not priced is given back, and what charges is stopped. */
const BEFORE_HOLD_ENDS_MS = 86_400_000;

export function beforeEndOf(captureBefore: Date): Date {
  return new Date(captureBefore.getTime() - BEFORE_HOLD_ENDS_MS);
}

/** What a rule may depend on, by the name that the diagram shows. */
export const guards = {
  'held as asked': ({ authorizedAmount, hold }) =>
    authorizedAmount !== null && !isLess(authorizedAmount, hold) && !isLess(hold, authorizedAmount),
  'something was held': ({ holdState }) => holdState !== 'none',
  'nothing was held': ({ holdState }) => holdState === 'none',
  'captured already': ({ capturedAmount }) => isLess('0', capturedAmount),
  'a capture may succeed': ({ holdState, currency, dueCurrency, writtenOffAt }) =>
    holdState === 'held' && dueCurrency === currency && writtenOffAt === null,
  'it can be given back': (facts, event) =>
    event.type === 'refund-asked' && isLess('0', event.amount) && !isLess(refundable(facts), event.amount),
  'something is held': ({ holdState }) => holdState === 'held',
  'something is short': (facts) => isLess('0', shortfall(facts)),
  'the hold is gone': ({ holdState }) => holdState !== 'held',
  'the hold nearly ends': ({ captureBefore }, { at }) => captureBefore !== null && beforeEndOf(captureBefore) <= at,
  'nothing due': ({ due }) => !isLess('0', due ?? '0'),
  'another currency': ({ currency, dueCurrency }) => dueCurrency !== null && dueCurrency !== currency,
  'at the limit': ({ cost, limit, stopAgainAt, stopAskedAt }, { at }) =>
    cost !== null &&
    isLess('0', limit) &&
    !isLess(cost, limit) &&
    stopAgainAt === null &&
    isPast(stopAskedAt, LONGEST_PAUSE_MS, at),
  'at the limit by the worst case': ({ limitAt, stopAgainAt, stopAskedAt }, { at }) =>
    limitAt !== null && limitAt <= at && stopAgainAt === null && isPast(stopAskedAt, LONGEST_PAUSE_MS, at),
  'the time to try again is over': ({ retryUntil }, { at }) => retryUntil === null || retryUntil <= at,
  'no stop asked': ({ stopWanted }) => stopWanted === null,
  'a stop is asked': ({ stopWanted }) => stopWanted !== null,
  'no answer for long': ({ stopsAsked, stopAgainAt }, { at }) =>
    stopsAsked >= UNANSWERED && stopAgainAt !== null && stopAgainAt <= at,
  'no stop under way': ({ stopFailed, stopAskedAt }, { at }) => stopFailed || isPast(stopAskedAt, NO_EFFECT_MS, at),
  'a stop is due': ({ stopAgainAt }, { at }) => stopAgainAt !== null && stopAgainAt <= at,
  overpaid: (facts) => isLess(facts.refundWanted, overpaid(facts)),
  'all given back': ({ refundedAmount, capturedAmount }) =>
    isLess('0', capturedAmount) && !isLess(refundedAmount, capturedAmount),
} satisfies Record<string, (facts: PaymentFacts, event: PaymentEvent) => boolean>;

function isPast(since: Date | null, ms: number, at: Date): boolean {
  return since === null || at.getTime() - since.getTime() >= ms;
}

export type Guard = keyof typeof guards;
