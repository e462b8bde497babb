import { compare, formatAmount, parseDecimal, subtract, zero } from '@chargemesh/money';
import type { PaymentReason, PaymentState, SessionEnding } from './payment.states.js';
import { answered, endOf } from './payment.stops.js';
import { endingOf } from './session-endings.js';

const HOUR_MS = 3_600_000;

/** What is known of an amount at the card: nothing was held yet, something is, or what was held is not any more. */
export type HoldState = 'none' | 'held' | 'gone';

/** What of a payment its rules look at. Amounts are decimal strings of its currency. */
export interface PaymentFacts {
  readonly state: PaymentState;
  readonly reason: PaymentReason | null;
  readonly currency: string;
  /** What is to be held, and what charging is stopped at. */
  readonly hold: string;
  readonly limit: string;
  readonly holdState: HoldState;
  readonly authorizedAmount: string | null;
  /** After it the provider gives the hold back by itself. */
  readonly captureBefore: Date | null;
  readonly sessionId: string | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly ending: SessionEnding | null;
  readonly energyWh: number | null;
  readonly powerW: number | null;
  /** Of the running session, and until when it was counted. */
  readonly cost: string | null;
  readonly costAt: Date | null;
  /** What the newest CDR says, and in which currency. */
  readonly due: string | null;
  readonly dueCurrency: string | null;
  readonly cdrId: string | null;
  /** Fixed when a capture is asked for the first time, so that a repetition asks for the same. */
  readonly captureAmount: string | null;
  readonly capturedAmount: string;
  readonly capturedAt: Date | null;
  /** All that is to be given back, and all that was. */
  readonly refundWanted: string;
  readonly refundedAmount: string;
  /** So many calls were answered for good: the next one is another, and has a key of its own. */
  readonly providerAttempt: number;
  readonly stopWanted: StopReason | null;
  readonly stopAskedAt: Date | null;
  /** The station did not take it. */
  readonly stopFailed: boolean;
  /** For the same reason, one after the other. */
  readonly stopsAsked: number;
  /** When it is asked for again; null when none is wanted, something came of it, or it was long in vain. */
  readonly stopAgainAt: Date | null;
}

export type StopReason = 'driver' | 'limit' | 'released' | 'operator';

/** What happens to a payment. What a provider says is what was read there, never what a webhook or a browser brought. */
export type PaymentEvent = { readonly at: Date } & (
  | { readonly type: 'checkout-failed' | 'declined' | 'gone' | 'capture-refused' | 'call-refused' }
  | { readonly type: 'authorized'; readonly amount: string; readonly captureBefore: Date | null }
  | { readonly type: 'captured' | 'refunded'; readonly amount: string }
  | { readonly type: 'start-accepted' | 'start-unknown' }
  | { readonly type: 'start-refused'; readonly reason: PaymentReason }
  | { readonly type: 'session-started'; readonly sessionId: string; readonly startedAt: Date }
  | {
      readonly type: 'session-ended' | 'session-finalized';
      readonly endedAt: Date;
      readonly energyWh: number;
      /** As the station says it. */
      readonly reason?: string;
    }
  | { readonly type: 'session-held' | 'second-session' }
  | { readonly type: 'cost'; readonly amount: string; readonly energyWh: number; readonly countedAt: Date }
  | { readonly type: 'cdr'; readonly cdrId: string; readonly total: string; readonly currency: string }
  | { readonly type: 'stop-asked'; readonly by: 'driver' | 'operator' }
  | { readonly type: 'stop-accepted' | 'stop-failed' | 'nothing-to-stop' | 'deadline' }
);
export type PaymentEventType = PaymentEvent['type'];

/** What an event tells, noted whatever the state. */
export function note<F extends PaymentFacts>(facts: F, event: PaymentEvent): F {
  return { ...facts, ...noted(facts, event) };
}

function noted(facts: PaymentFacts, event: PaymentEvent): Partial<PaymentFacts> {
  switch (event.type) {
    case 'authorized':
      return { holdState: 'held', authorizedAmount: event.amount, captureBefore: event.captureBefore };
    case 'gone':
      return { holdState: facts.holdState === 'none' ? 'none' : 'gone' };
    case 'captured':
      return { capturedAmount: event.amount, capturedAt: facts.capturedAt ?? event.at, ...nextAttempt(facts) };
    case 'refunded':
      return { refundedAmount: event.amount, ...nextAttempt(facts) };
    case 'session-started':
    case 'session-ended':
    case 'session-finalized':
      return ofSession(facts, event);
    case 'cost':
      return ofCost(facts, event);
    case 'cdr':
      return { due: event.total, dueCurrency: event.currency, cdrId: event.cdrId };
    default:
      return answersOf(facts, event);
  }
}

/** What stations and providers answered to what was asked of them. */
function answersOf(facts: PaymentFacts, event: PaymentEvent): Partial<PaymentFacts> {
  switch (event.type) {
    case 'capture-refused':
    case 'call-refused':
      return nextAttempt(facts);
    case 'stop-accepted':
    case 'stop-failed':
      return answered(facts, event.type === 'stop-accepted', event.at);
    case 'nothing-to-stop':
      return { stopFailed: false, stopAgainAt: null };
    default:
      return {};
  }
}

function nextAttempt({ providerAttempt }: PaymentFacts): Partial<PaymentFacts> {
  return { providerAttempt: providerAttempt + 1 };
}

function ofSession(
  facts: PaymentFacts,
  event: Extract<PaymentEvent, { type: `session-${'started' | 'ended' | 'finalized'}` }>,
): Partial<PaymentFacts> {
  if (event.type === 'session-started')
    return { sessionId: facts.sessionId ?? event.sessionId, startedAt: event.startedAt };
  const ending = endingOf(event.reason ?? '', facts.stopWanted);
  const ended = { endedAt: event.endedAt, energyWh: event.energyWh, powerW: null, ending };
  return { ...ended, ...endOf({ ...facts, ...ended }) };
}

/** Power is the mean since the cost was told before; what was counted earlier than what is known says nothing new. */
function ofCost(facts: PaymentFacts, event: Extract<PaymentEvent, { type: 'cost' }>): Partial<PaymentFacts> {
  const { amount: cost, energyWh, countedAt: costAt } = event;
  const since = facts.costAt ?? facts.startedAt;
  if (facts.costAt && costAt < facts.costAt) return {};
  const hours = since ? (costAt.getTime() - since.getTime()) / HOUR_MS : 0;
  const isMeasured = hours > 0 && facts.endedAt === null;
  const powerW = isMeasured ? Math.max(0, Math.round((energyWh - (facts.energyWh ?? 0)) / hours)) : facts.powerW;
  return { cost, energyWh, costAt, powerW };
}

/** What may be captured: never more than is held. */
export function payable({ due, authorizedAmount, currency }: PaymentFacts): string {
  const [asked, held] = [parseDecimal(due ?? '0'), parseDecimal(authorizedAmount ?? '0')];
  return formatAmount(compare(asked, held) < 0 ? asked : held, currency);
}

/** What was captured beyond what is due. */
export function overpaid({ capturedAmount, due, currency }: PaymentFacts): string {
  const over = subtract(parseDecimal(capturedAmount), parseDecimal(due ?? '0'));
  return formatAmount(compare(over, zero) > 0 ? over : zero, currency);
}

/** What nobody pays: due beyond what was captured and not given back. */
export function shortfall({ due, capturedAmount, refundedAmount, currency }: PaymentFacts): string {
  const kept = subtract(parseDecimal(capturedAmount), parseDecimal(refundedAmount));
  const short = subtract(parseDecimal(due ?? '0'), kept);
  return formatAmount(compare(short, zero) > 0 ? short : zero, currency);
}

export function isLess(a: string, b: string): boolean {
  return compare(parseDecimal(a), parseDecimal(b)) < 0;
}
