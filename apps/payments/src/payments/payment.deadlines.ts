import type { Payment } from './payment.entity.js';
import type { PaymentFacts } from './payment.events.js';
import { beforeEndOf, guards } from './payment.guards.js';
import { isSettled } from './payment.states.js';

const CAPTURE_AGAIN_MS = 3_600_000;
/** What ends when its hold nearly has is given so long to be priced. */
const PRICED_WITHIN_MS = 3_600_000;
/** What was due before it was known is due so much later, not again and again at once. */
const AT_LEAST_MS = 60_000;

const DAY_MS = 86_400_000;

export type Timed = PaymentFacts & Pick<Payment, 'checkoutExpiresAt' | 'plugUntil' | 'changedAt'>;

/** Until when its link opens it: as long as anything may happen, and for days after. */
export function linkUntil({ state, createdAt, endedAt, capturedAt }: Payment, days: number): Date | undefined {
  if (!isSettled(state)) return undefined;
  return new Date((capturedAt ?? endedAt ?? createdAt).getTime() + days * DAY_MS);
}

/** When time alone moves a payment, which is never now; null, if nothing but events does. */
export function deadlineOf(payment: Timed, now: Date): Date | null {
  const [ofState, stop] = [deadlineIn(payment, now), payment.stopAgainAt];
  const deadline = soonest(ofState, stop);
  return deadline && deadline <= now ? new Date(now.getTime() + AT_LEAST_MS) : deadline;
}

function deadlineIn(payment: Timed, now: Date): Date | null {
  switch (payment.state) {
    case 'authorizing':
      return payment.checkoutExpiresAt;
    case 'starting':
    case 'waiting-for-plug':
      return payment.stopWanted === null ? payment.plugUntil : null;
    case 'start-failed':
      return payment.retryUntil;
    case 'charging':
      // While it is being stopped, it may end in time.
      if (payment.stopAgainAt !== null) return null;
      return soonest(nearEndOfHold(payment), payment.stopWanted === null ? payment.limitAt : null);
    case 'ended':
    case 'checking':
      return nearEndOfHold(payment);
    case 'capture-failed': {
      if (!guards['a capture may succeed'](payment)) return null;
      const again = nextAfter(now, payment.changedAt, CAPTURE_AGAIN_MS);
      return payment.captureBefore && again < payment.captureBefore ? again : null;
    }
    default:
      return null;
  }
}

function soonest(one: Date | null, other: Date | null): Date | null {
  return one && other ? new Date(Math.min(one.getTime(), other.getTime())) : (one ?? other);
}

function nearEndOfHold({ captureBefore, endedAt }: Timed): Date | null {
  if (captureBefore === null) return null;
  const priced = endedAt ? endedAt.getTime() + PRICED_WITHIN_MS : 0;
  return new Date(Math.max(beforeEndOf(captureBefore).getTime(), priced));
}

/** Whatever else is done meanwhile puts it off no further. */
function nextAfter(now: Date, since: Date, everyMs: number): Date {
  const turns = Math.floor((now.getTime() - since.getTime()) / everyMs) + 1;
  return new Date(since.getTime() + Math.max(turns, 1) * everyMs);
}
