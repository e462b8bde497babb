import type { MeterSample, SampledValue, UnreadValue } from '@chargemesh/contracts';
import type { TransactionFact } from '../transactions/transaction-fact.js';
import { isRegister, unusedIn } from './register.js';
import { fits } from './sample.js';

/** The register at the begin, or at the end, was said in a way that nobody can read; it is kept beside the values. */
export const BEGIN_UNREADABLE = 'begin-unreadable';
export const END_UNREADABLE = 'end-unreadable';

/**
 * What is to be said of a fact whose registers could not be read: those in the message of the start stand for the begin,
 * and those in the message of the end for the end, whatever they were read for.
 */
export function unreadRoles({ type, data }: Pick<TransactionFact, 'type' | 'data'>): string[] {
  const unread = [...data.samples.flatMap(registersUnread), ...unusedIn(data.samples)];
  const contexts = unread.map(({ context }) => context);
  const isUnread = (role: string, bound: string): boolean =>
    contexts.includes(role) || (type === bound && contexts.length > 0);
  return [
    ...(isUnread('Transaction.Begin', 'transaction-started') ? [BEGIN_UNREADABLE] : []),
    ...(isUnread('Transaction.End', 'transaction-ended') ? [END_UNREADABLE] : []),
  ];
}

function registersUnread({ values, unread = [] }: MeterSample): (SampledValue | UnreadValue)[] {
  return [...values.filter(isUncounted), ...unread].filter(({ measurand }) => isRegister(measurand));
}

/** Of an unknown unit, or what no meter has counted. */
function isUncounted(value: SampledValue): boolean {
  return (value.unit !== undefined && value.unit !== 'Wh') || !fits(value);
}
