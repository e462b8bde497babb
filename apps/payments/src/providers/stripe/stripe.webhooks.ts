import { Stripe } from 'stripe';
import type { ProviderAccount } from '../accounts/provider-account.entity.js';
import { type Webhook, WebhookUnverified } from '../provider.adapter.js';
import type { Notice } from '../provider.port.js';

interface Verifying {
  readonly keys: readonly string[];
  readonly toleranceS: number;
  readonly account: Pick<ProviderAccount, 'merchantAccount'>;
}

/** What an event at Stripe is about, after its signature was verified over the bytes as they came. @throws WebhookUnverified */
export function noticesOf({ body, headers, receivedAt }: Webhook, { keys, toleranceS, account }: Verifying): Notice[] {
  const signature = String(headers['stripe-signature'] ?? '');
  const isSignedWithin = (seconds: number): boolean =>
    keys.some((key) => isSigned(body, { signature, key, toleranceS: seconds, receivedAt }));
  if (!isSignedWithin(toleranceS))
    throw new WebhookUnverified(isSignedWithin(Number.MAX_SAFE_INTEGER) ? 'too-old' : 'signature');
  const event = JSON.parse(body.toString('utf8')) as Partial<Stripe.Event>;
  // Of a platform's other accounts it hears by the same keys.
  if (account.merchantAccount !== null && event.account !== account.merchantAccount) return [];
  return noticesIn(event);
}

/** None of an event that is about nothing that concerns payments. */
export function noticesIn({ id, data }: Partial<Stripe.Event>): Notice[] {
  const notice = typeof id === 'string' && data ? noticeOf(id, data.object) : undefined;
  return notice ? [notice] : [];
}

interface Signed {
  readonly signature: string;
  readonly key: string;
  readonly toleranceS: number;
  readonly receivedAt: Date;
}

function isSigned(body: Buffer, { signature, key, toleranceS, receivedAt }: Signed): boolean {
  // Stripe's own would check no time with 0.
  if (toleranceS <= 0 || !Stripe.webhooks.signature) return false;
  try {
    return Stripe.webhooks.signature.verifyHeader(body, signature, key, toleranceS, undefined, receivedAt.getTime());
  } catch {
    return false;
  }
}

/** Members of events' objects that name the payment. */
interface EventObject {
  readonly object?: unknown;
  readonly id?: unknown;
  readonly payment_intent?: unknown;
  readonly metadata?: { readonly payment_id?: unknown } | null;
}

function noticeOf(eventId: string, of: EventObject): Notice | undefined {
  const reference = referenceOf(of);
  if (reference === undefined) return undefined;
  const paymentId = textOf(of.metadata?.payment_id);
  return { eventId, reference, ...(paymentId === undefined ? {} : { paymentId }) };
}

/** Sessions and intents are known by their ids; charges, refunds and disputes by their intent. */
function referenceOf({ object, id, payment_intent: intent }: EventObject): string | undefined {
  switch (object) {
    case 'checkout.session':
    case 'payment_intent':
      return textOf(id);
    case 'charge':
    case 'refund':
    case 'dispute':
      return textOf(typeof intent === 'object' && intent !== null ? (intent as { id?: unknown }).id : intent);
    default:
      return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.length > 0 && value.length <= 255 ? value : undefined;
}
