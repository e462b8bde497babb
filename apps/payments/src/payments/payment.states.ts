/**
 * Where a payment is. Nothing is held in `authorizing`; in `starting`, `waiting-for-plug`, `start-failed`, `charging`, `ended`,
 * `checking` and `capturing` an amount is; in `releasing` and `capture-failed` it may be. `start-failed`: the driver may try again
 * by the same hold. `checking`: its session is held for a person.
 */
export const PAYMENT_STATES = [
  'authorizing',
  'starting',
  'waiting-for-plug',
  'start-failed',
  'charging',
  'ended',
  'checking',
  'capturing',
  'captured',
  'capture-failed',
  'refunded',
  'releasing',
  'released',
  'declined',
  'failed',
] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

const SETTLED: ReadonlySet<PaymentState> = new Set(['captured', 'refunded', 'released', 'declined', 'failed']);

/** Nothing changes any more, as far as a driver who waits before the page is concerned. */
export function isSettled(state: PaymentState): boolean {
  return SETTLED.has(state);
}

/** Why a payment ended otherwise than by a capture, or is being released, in a word. */
export const PAYMENT_REASONS = [
  'declined',
  'expired',
  'cancelled',
  'provider-unavailable',
  'provider-refused',
  'amount-differs',
  'evse-taken',
  'start-rejected',
  'not-connected',
  'evse-unknown',
  'start-timed-out',
  'not-plugged-in',
  'nothing-to-pay',
  'hold-lost',
  'not-priced-in-time',
  'capture-refused',
  'operator-released',
] as const;
export type PaymentReason = (typeof PAYMENT_REASONS)[number];

/** How a session ended, as far as its driver is told. */
export type SessionEnding = 'car' | 'unplugged' | 'limit' | 'fault' | 'stopped';
