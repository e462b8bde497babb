import { createHmac, timingSafeEqual } from 'node:crypto';
import { validator } from '@chargemesh/contracts';
import { type Static, Type } from 'typebox';
import { isCardLast4 } from '../../payments/payments.schema.js';
import type { ProviderAccount } from '../accounts/provider-account.entity.js';
import { type Webhook, WebhookUnverified } from '../provider.adapter.js';
import type { Notice } from '../provider.port.js';
import type { AdyenEvent } from './adyen.events.js';

const Text = Type.String({ maxLength: 1_000 });
const Item = Type.Object({
  pspReference: Type.String({ minLength: 1, maxLength: 100 }),
  originalReference: Type.Optional(Text),
  merchantAccountCode: Text,
  merchantReference: Type.Optional(Text),
  amount: Type.Optional(Type.Object({ value: Type.Optional(Type.Integer()), currency: Type.Optional(Text) })),
  eventCode: Type.String({ minLength: 1, maxLength: 100 }),
  success: Type.Union([Type.Literal('true'), Type.Literal('false')]),
  eventDate: Type.Optional(Text),
  reason: Type.Optional(Type.String({ maxLength: 10_000 })),
  additionalData: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
type Item = Static<typeof Item>;
const Body = Type.Object({ notificationItems: Type.Array(Type.Object({ NotificationRequestItem: Item })) });
const bodyOf = validator(Body);

/** An event as it is told, with what is not kept with it. */
type ToldEvent = AdyenEvent & {
  /** Of an authorisation: the last four digits of the card. */
  readonly cardLast4: string | null;
};
type Account = Pick<ProviderAccount, 'merchantAccount'>;

/** @throws WebhookUnverified, unless each of its items was signed with one of the keys */
export function demandVerified(body: Buffer, keys: readonly string[]): void {
  if (!itemsIn(body).every((item) => keys.some((key) => isSigned(item, key)))) throw new WebhookUnverified('signature');
}

/** What a verified webhook tells, of this account alone. */
export function eventsIn({ body, receivedAt }: Omit<Webhook, 'headers'>, account: Account): ToldEvent[] {
  const own = itemsIn(body).filter(({ merchantAccountCode: code }) => code === account.merchantAccount);
  return own.map((item) => eventOf(item, receivedAt));
}

/** All of it: what is not known may be about a payment, too. The same again at another time is news, such as a second capture. */
export function noticeOf({ pspReference, eventCode, success, eventAt, cardLast4, ...event }: ToldEvent): Notice {
  return {
    eventId: [pspReference, eventCode, success, eventAt.toISOString()].join(':'),
    reference: event.paymentReference,
    paymentId: event.merchantReference,
    ...(cardLast4 === null ? {} : { cardLast4 }),
  };
}

function itemsIn(body: Buffer): Item[] {
  try {
    const { notificationItems } = bodyOf(JSON.parse(body.toString('utf8')));
    return notificationItems.map(({ NotificationRequestItem: item }) => item);
  } catch {
    // Signatures are inside: of what is no webhook nothing can be verified.
    throw new WebhookUnverified('signature');
  }
}

/** A key that is no hexadecimal number would be an empty one. */
const KEY = /^(?:[\da-f]{2}){16,}$/i;

function isSigned(item: Item, key: string): boolean {
  if (!KEY.test(key)) return false;
  const expected = createHmac('sha256', Buffer.from(key, 'hex')).update(signedText(item), 'utf8').digest();
  const given = Buffer.from(String(item.additionalData?.['hmacSignature'] ?? ''), 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function signedText({ pspReference, originalReference, merchantAccountCode, ...item }: Item): string {
  const { merchantReference, amount, eventCode, success } = item;
  return [
    ...[pspReference, originalReference ?? '', merchantAccountCode, merchantReference ?? ''],
    ...[amount?.value ?? '', amount?.currency ?? '', eventCode, success],
  ].join(':');
}

function eventOf({ additionalData = {}, amount, ...item }: Item, receivedAt: Date): ToldEvent {
  const at = new Date(item.eventDate ?? Number.NaN);
  const summary = additionalData['cardSummary'];
  const isPaid = item.eventCode === 'AUTHORISATION' && item.success === 'true';
  const member = (name: string): string | null => {
    const value = additionalData[name];
    return typeof value === 'string' && value !== '' ? value.slice(0, 200) : null;
  };
  return {
    ...{ pspReference: item.pspReference, eventCode: item.eventCode, success: item.success === 'true' },
    paymentReference: item.originalReference || item.pspReference,
    merchantReference: item.merchantReference ?? '',
    ...{ amount: amount?.value ?? 0, currency: amount?.currency ?? '' },
    // Of a card that is accepted it is its approval code, its last digits and its expiry.
    reason: isPaid ? '' : (item.reason ?? ''),
    eventAt: Number.isNaN(at.getTime()) ? receivedAt : at,
    details: {
      ...{ disputeStatus: member('disputeStatus'), defensePeriodEndsAt: member('defensePeriodEndsAt') },
      action: member('modification.action'),
    },
    cardLast4: isPaid && isCardLast4(summary) ? summary : null,
  };
}
