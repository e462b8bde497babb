import type { Payment } from './payment.entity.js';

/** A stop that a station did not take is asked for again after so long. */
const STOP_AGAIN_MS = 30_000;
const CAPTURE_AGAIN_MS = 3_600_000;
/** So long before the provider gives the hold back: what is not priced is given back, and what charges is stopped. */
const BEFORE_HOLD_ENDS_MS = 86_400_000;

/** When time alone moves a payment; null, if nothing but events does. */
export function deadlineOf(payment: Payment, now: Date): Date | null {
  const holdEnds = payment.captureBefore && new Date(payment.captureBefore.getTime() - BEFORE_HOLD_ENDS_MS);
  switch (payment.state) {
    case 'authorizing':
      return payment.checkoutExpiresAt;
    case 'starting':
    case 'waiting-for-plug':
      return payment.plugUntil;
    case 'charging':
      if (payment.stopFailed) return new Date(now.getTime() + STOP_AGAIN_MS);
      // Stopped already, or as good as: asked again by what it costs.
      return payment.stopWanted === null ? holdEnds : null;
    case 'ended':
    case 'checking':
      return holdEnds;
    case 'capture-failed': {
      const again = new Date(now.getTime() + CAPTURE_AGAIN_MS);
      return payment.captureBefore && again < payment.captureBefore ? again : null;
    }
    default:
      return null;
  }
}
