import { type Decimal, add, compare, formatAmount, parseDecimal, subtract, zero } from '@chargemesh/money';
import type { Offer } from './checkout.port.js';
import { flowing } from './live-power.js';
import type { PaymentReason, PaymentState, SessionEnding } from './payment.states.js';
import { answered, endOf } from './payment.stops.js';
import { onceOf, reachedAt, worstCostOf } from './payment.worst-case.js';
import { endingOf } from './session-endings.js';

const MINUTE_MS = 60_000;

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
  /** By which it is priced, and the power by which it rises fastest, if that is known. */
  readonly offer: Pick<Offer, 'prices'>;
  readonly maxPowerW: number | null;
  /** Until when another try is served by the hold, after a start that failed. */
  readonly retryUntil: Date | null;
  readonly holdState: HoldState;
  readonly authorizedAmount: string | null;
  /** After it the provider gives the hold back by itself. */
  readonly captureBefore: Date | null;
  readonly sessionId: string | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly ending: SessionEnding | null;
  readonly energyWh: number | null;
  readonly energyAt: Date | null;
  readonly powerW: number | null;
  /** Of the running session, and until when it was counted. */
  readonly cost: string | null;
  readonly costAt: Date | null;
  /** When the limit is reached at the earliest, by the worst case from what was known last. */
  readonly limitAt: Date | null;
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
  /** Of that, what the operator gives back although it was due. */
  readonly goodwill: string;
  /** When the operator gave up what is due and nobody pays. */
  readonly writtenOffAt: Date | null;
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
  | { readonly type: 'checkout-failed'; readonly reason: 'provider-unavailable' | 'provider-refused' }
  | { readonly type: 'declined' | 'gone' | 'capture-refused' | 'call-refused' }
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
  // What it costs is not known; this much was delivered.
  | { readonly type: 'measured'; readonly energyWh: number; readonly countedAt: Date }
  | { readonly type: 'tried-again'; readonly start: AnotherStart }
  | { readonly type: 'cdr'; readonly cdrId: string; readonly total: string; readonly currency: string }
  | { readonly type: 'stop-asked'; readonly by: 'driver' | 'operator' | 'released' }
  // What the operator decided, and who and why.
  | { readonly type: 'refund-asked'; readonly amount: string; readonly by: string; readonly note: string }
  | { readonly type: 'capture-asked' | 'release-asked' | 'written-off'; readonly by: string; readonly note: string }
  | { readonly type: 'stop-accepted' | 'stop-failed' | 'nothing-to-stop' | 'deadline' }
);
export type PaymentEventType = PaymentEvent['type'];

/** Where and how a driver tries again whose start failed: by what was agreed there, and never for more than is held. */
export interface AnotherStart {
  readonly startRequestId: string;
  readonly tokenUid: string;
  readonly stationId: string;
  readonly evseId: number;
  readonly offer: Offer;
  readonly maxPowerW: number | null;
  readonly limit: string;
}

/** What an event tells, noted whatever the state. */
export function note<F extends PaymentFacts>(facts: F, event: PaymentEvent): F {
  return { ...facts, ...noted(facts, event) };
}

function noted(facts: PaymentFacts, event: PaymentEvent): Partial<PaymentFacts> {
  switch (event.type) {
    case 'authorized':
      return { holdState: 'held', captureBefore: event.captureBefore, ...heldOf(facts, event.amount) };
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
      return ofCost(facts, event, parseDecimal(event.amount), { cost: event.amount });
    case 'measured':
      return ofCost(facts, event, worstOf(facts, event), {});
    case 'cdr':
      return { due: event.total, dueCurrency: event.currency, cdrId: event.cdrId };
    default:
      return answersOf(facts, event);
  }
}

/** A provider may lower what it holds: no more can be captured, and charging is stopped before more is due. */
function heldOf({ captureAmount, limit }: PaymentFacts, held: string): Partial<PaymentFacts> {
  return {
    authorizedAmount: held,
    limit: isLess(held, limit) ? held : limit,
    captureAmount: captureAmount !== null && isLess(held, captureAmount) ? held : captureAmount,
  };
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
      return decidedOf(facts, event);
  }
}

/** What people decide: drivers who try again, and operators. */
function decidedOf(facts: PaymentFacts, event: PaymentEvent): Partial<PaymentFacts> {
  switch (event.type) {
    case 'tried-again':
      return facts.state === 'start-failed' ? NOT_STOPPED : {};
    case 'refund-asked':
      return isLess(refundable(facts), event.amount) ? {} : { goodwill: plus(facts, facts.goodwill, event.amount) };
    case 'written-off':
      return { writtenOffAt: facts.writtenOffAt ?? event.at };
    default:
      return {};
  }
}

/** A start that is asked for anew. */
const NOT_STOPPED: Partial<PaymentFacts> = {
  ...{ reason: null, retryUntil: null },
  ...{ stopWanted: null, stopAskedAt: null, stopFailed: false, stopsAsked: 0, stopAgainAt: null },
};

export function plus({ currency }: PaymentFacts, a: string, b: string): string {
  return formatAmount(add(parseDecimal(a), parseDecimal(b)), currency);
}

function nextAttempt({ providerAttempt }: PaymentFacts): Partial<PaymentFacts> {
  return { providerAttempt: providerAttempt + 1 };
}

function ofSession(
  facts: PaymentFacts,
  event: Extract<PaymentEvent, { type: `session-${'started' | 'ended' | 'finalized'}` }>,
): Partial<PaymentFacts> {
  if (event.type === 'session-started') {
    const { sessionId, startedAt } = event;
    const limitAt = facts.limitAt ?? reachedAt(facts, { cost: onceOf(facts.offer), at: startedAt });
    return { sessionId: facts.sessionId ?? sessionId, startedAt, limitAt };
  }
  const ending = endingOf(event.reason ?? '', facts.stopWanted);
  const ended = { endedAt: event.endedAt, energyWh: event.energyWh, powerW: null, ending };
  return { ...ended, ...endOf({ ...facts, ...ended }) };
}

/** What was counted earlier than what is known says nothing new. */
function ofCost(
  facts: PaymentFacts,
  { energyWh, countedAt: costAt }: Extract<PaymentEvent, { type: 'cost' | 'measured' }>,
  worst: Decimal,
  known: Pick<PaymentFacts, 'cost'> | Record<string, never>,
): Partial<PaymentFacts> {
  if (facts.costAt && costAt < facts.costAt) return {};
  const flow = facts.endedAt === null ? flowing(facts, energyWh, costAt) : {};
  return { ...known, energyWh, costAt, ...flow, limitAt: reachedAt(facts, { cost: worst, at: costAt }) };
}

function worstOf({ offer, startedAt }: PaymentFacts, event: Extract<PaymentEvent, { type: 'measured' }>): Decimal {
  const since = startedAt ?? event.countedAt;
  const minutes = Math.max(0, event.countedAt.getTime() - since.getTime()) / MINUTE_MS;
  return worstCostOf(offer, { energyWh: event.energyWh, minutes });
}

/** What may be captured: never more than is held. */
export function payable({ due, authorizedAmount, holdState, currency }: PaymentFacts): string {
  // A terminal may hold an amount that nobody told.
  const unknown = holdState === 'held' ? due : '0';
  const [asked, held] = [parseDecimal(due ?? '0'), parseDecimal(authorizedAmount ?? unknown ?? '0')];
  return formatAmount(compare(asked, held) < 0 ? asked : held, currency);
}

/** What was captured beyond what is due. */
export function overpaid({ capturedAmount, due, currency }: PaymentFacts): string {
  const over = subtract(parseDecimal(capturedAmount), parseDecimal(due ?? '0'));
  return formatAmount(compare(over, zero) > 0 ? over : zero, currency);
}

/** What nobody pays: due beyond what was captured and not given back; what the operator gave back is not due. */
export function shortfall({ due, capturedAmount, refundedAmount, goodwill, currency }: PaymentFacts): string {
  const given = lesser(parseDecimal(goodwill), parseDecimal(refundedAmount));
  const kept = subtract(parseDecimal(capturedAmount), subtract(parseDecimal(refundedAmount), given));
  const short = subtract(parseDecimal(due ?? '0'), kept);
  return formatAmount(compare(short, zero) > 0 ? short : zero, currency);
}

/** What the operator can still give back: captured, and not asked to be given back before. */
export function refundable({ capturedAmount, refundWanted, currency }: PaymentFacts): string {
  return formatAmount(subtract(parseDecimal(capturedAmount), parseDecimal(refundWanted)), currency);
}

function lesser(a: Decimal, b: Decimal): Decimal {
  return compare(a, b) < 0 ? a : b;
}

export function isLess(a: string, b: string): boolean {
  return compare(parseDecimal(a), parseDecimal(b)) < 0;
}
