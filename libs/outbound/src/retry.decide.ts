import type { CallState, Outcome } from './call.js';

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

/** A call that fails is tried again after this pause, doubled each time, and given up when it expires. */
const RETRY = { firstMs: 1_000, mostMs: 15 * 60 * SECOND_MS };
/** The breaker opens after this many failures in a row: one probing call at a time. */
export const BREAKER_OPENS_AFTER = 5;
const BREAKER = { firstMs: 5 * SECOND_MS, mostMs: 5 * 60 * SECOND_MS };
/** Whatever a destination that throttles asks for. */
const PAUSE_AT_MOST_MS = DAY_MS;
export const EXPIRES_AFTER_MS = 7 * DAY_MS;

export interface Tried {
  /** Including this one. */
  readonly attempts: number;
  readonly expiresAt: Date;
  /** Failures of the destination in a row, before this attempt. */
  readonly failures: number;
  readonly now: Date;
  /** From 0 to 1, for jitter. */
  readonly random: number;
}

/** What an attempt changes. */
export interface Attempted {
  readonly state: CallState;
  /** When the call is tried again; undefined when it is settled. */
  readonly nextAt?: Date;
  /** Failures of the destination in a row. */
  readonly failures: number;
  /** No call to the destination before then. */
  readonly notBefore?: Date;
}

/** The next state of a call and of its destination after an attempt. */
export function afterAttempt(outcome: Outcome, tried: Tried): Attempted {
  // A refusal shows that the destination is up.
  if (outcome.result !== 'failed') return { state: outcome.result, failures: 0 };
  const { attempts, expiresAt, now } = tried;
  const failures = tried.failures + 1;
  const again = after(now, spread(grown(RETRY, attempts), tried.random));
  const notBefore = pausedUntil(outcome.throttled, failures, attempts, tried);
  const nextAt = notBefore && notBefore > again ? notBefore : again;
  const destination = { failures, ...(notBefore ? { notBefore } : {}) };
  if (nextAt >= expiresAt) return { state: 'expired', ...destination };
  return { state: 'waiting', nextAt, ...destination };
}

/** How long the destination gets no call: as long as its `Retry-After` says (429, 503), or while its breaker is open. */
function pausedUntil(
  throttled: { milliseconds?: number | undefined } | undefined,
  failures: number,
  attempts: number,
  { now, random }: Tried,
): Date | undefined {
  if (throttled?.milliseconds !== undefined) return after(now, Math.min(throttled.milliseconds, PAUSE_AT_MOST_MS));
  if (throttled) return after(now, spread(grown(RETRY, attempts), random));
  if (failures < BREAKER_OPENS_AFTER) return undefined;
  return after(now, spread(grown(BREAKER, failures - BREAKER_OPENS_AFTER + 1), random));
}

function grown({ firstMs, mostMs }: typeof RETRY, times: number): number {
  return Math.min(firstMs * 2 ** Math.min(times - 1, 30), mostMs);
}

function spread(milliseconds: number, random: number): number {
  return milliseconds * (0.75 + random / 2);
}

function after(now: Date, milliseconds: number): Date {
  return new Date(now.getTime() + Math.ceil(milliseconds));
}
