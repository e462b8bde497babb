import { Stripe } from 'stripe';
import { AmountTooSmall, ProviderRefused } from '../provider.port.js';

const { StripeCardError, StripeError, StripeIdempotencyError, StripeInvalidRequestError } = Stripe.errors;

/** Whether an object is not in the state that a call expected: its state says whether the call was made before. */
export function isOtherState(error: unknown): boolean {
  return error instanceof StripeInvalidRequestError && error.code === 'payment_intent_unexpected_state';
}

/** Stripe gives the answer of the first time to whoever comes with the same key, errors too. */
function isReplayed({ headers }: InstanceType<typeof StripeError>): boolean {
  return headers?.['idempotent-replayed'] === 'true';
}

/**
 * Refused for good, under this key at least; anything else leaves open what was done. That of a key which is not allowed to do
 * this is for the operator to mend, and the call is made again.
 */
export function asRefusal(error: unknown): unknown {
  if (!(error instanceof StripeError)) return error;
  const isFinal =
    error instanceof StripeCardError ||
    error instanceof StripeIdempotencyError ||
    (error instanceof StripeInvalidRequestError && error.code !== 'lock_timeout') ||
    isReplayed(error);
  if (!isFinal) return error;
  const Refused = error.code === 'amount_too_small' ? AmountTooSmall : ProviderRefused;
  return new Refused(textOf(error), { cause: error });
}

/** Codes and the id of the request; what Stripe writes for people may show parts of keys. */
function textOf({ type, code, requestId }: InstanceType<typeof StripeError>): string {
  return `Stripe refused it: ${[type, code, requestId].filter(Boolean).join(', ')}`;
}
