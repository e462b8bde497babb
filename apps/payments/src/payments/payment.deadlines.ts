import type { Payment } from './payment.entity.js';
import type { PaymentFacts } from './payment.events.js';
import { guards } from './payment.guards.js';

/** A stop that a station did not take is asked for again after so long. */
const STOP_AGAIN_MS = 30_000;
const CAPTURE_AGAIN_MS = 3_600_000;
/** So long before the provider gives the hold back: what is not priced is given back, and what charges is stopped. */
const BEFORE_HOLD_ENDS_MS = 86_400_000;
/** What ends when its hold nearly has is given so long to be priced. */
const PRICED_WITHIN_MS = 3_600_000;
/** What was due before it was known is due so much later, not again and again at once. */
const AT_LEAST_MS = 60_000;

export type Timed = PaymentFacts & Pick<Payment, 'checkoutExpiresAt' | 'plugUntil'>;

/** When time alone moves a payment, which is never now; null, if nothing but events does. */
export function deadlineOf(payment: Timed, now: Date): Date | null {
  const deadline = deadlineIn(payment, now);
  return deadline && deadline <= now ? new Date(now.getTime() + AT_LEAST_MS) : deadline;
}

function deadlineIn(payment: Timed, now: Date): Date | null {
  switch (payment.state) {
    case 'authorizing':
      return payment.checkoutExpiresAt;
    case 'starting':
    case 'waiting-for-plug':
      return payment.plugUntil;
    case 'charging':
      if (payment.stopFailed) return new Date(now.getTime() + STOP_AGAIN_MS);
      // Stopped already, or as good as: asked again by what it costs.
      return payment.stopWanted === null ? nearEndOfHold(payment, now) : null;
    case 'ended':
    case 'checking':
      return nearEndOfHold(payment, now);
    case 'capture-failed': {
      if (!guards['a capture may succeed'](payment)) return null;
      const again = new Date(now.getTime() + CAPTURE_AGAIN_MS);
      return payment.captureBefore && again < payment.captureBefore ? again : null;
    }
    default:
      return null;
  }
}

function nearEndOfHold({ captureBefore }: Timed, now: Date): Date | null {
  if (captureBefore === null) return null;
  return new Date(Math.max(captureBefore.getTime() - BEFORE_HOLD_ENDS_MS, now.getTime() + PRICED_WITHIN_MS));
}
