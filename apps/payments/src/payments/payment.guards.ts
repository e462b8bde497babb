import { type PaymentFacts, isLess, overpaid } from './payment.events.js';

/** A stop that shows no effect is asked for again after so long. */
const STOP_AGAIN_MS = 30_000;

/** What a rule may depend on, by the name that the diagram shows. */
export const guards = {
  'held as asked': ({ authorizedAmount, hold }) =>
    authorizedAmount !== null && !isLess(authorizedAmount, hold) && !isLess(hold, authorizedAmount),
  'something was held': ({ holdState }) => holdState !== 'none',
  'nothing was held': ({ holdState }) => holdState === 'none',
  'captured already': ({ capturedAmount }) => isLess('0', capturedAmount),
  'a capture may succeed': ({ holdState, currency, dueCurrency }) => holdState === 'held' && dueCurrency === currency,
  'the hold is gone': ({ holdState }) => holdState !== 'held',
  'nothing due': ({ due }) => !isLess('0', due ?? '0'),
  'another currency': ({ currency, dueCurrency }) => dueCurrency !== null && dueCurrency !== currency,
  'at the limit': ({ cost, limit, stopAskedAt }, at) =>
    cost !== null && !isLess(cost, limit) && (!stopAskedAt || at.getTime() - stopAskedAt.getTime() >= STOP_AGAIN_MS),
  'no stop asked': ({ stopWanted }) => stopWanted === null,
  'stop failed': ({ stopFailed }) => stopFailed,
  overpaid: (facts) => isLess(facts.refundWanted, overpaid(facts)),
  'all given back': ({ refundedAmount, capturedAmount }) =>
    isLess('0', capturedAmount) && !isLess(refundedAmount, capturedAmount),
} satisfies Record<string, (facts: PaymentFacts, at: Date) => boolean>;

export type Guard = keyof typeof guards;
