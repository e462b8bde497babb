import { describe, expect, it } from '@jest/globals';
import { WebhookUnverified } from '../provider.adapter.js';
import { demandVerified, eventsIn, noticeOf } from './adyen.webhooks.js';
import { AdyenServer } from './testing/stand-in.http.js';
import type { Item } from './testing/stand-in.js';

const KEY = '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056';
const AT = new Date('2026-03-02T09:00:00Z');
const ITEM: Item = {
  ...{ pspReference: '7914073381342284', merchantAccountCode: 'TestMerchant', eventCode: 'AUTHORISATION' },
  ...{ merchantReference: 'TestPayment-1407325143704', amount: { value: 1_130, currency: 'EUR' }, success: 'true' },
  eventDate: '2026-03-02T10:00:00+01:00',
};

describe("a webhook of Adyen's", () => {
  const isVerified = (body: string, ...keys: string[]) => {
    try {
      demandVerified(Buffer.from(body), keys);
      return true;
    } catch (error) {
      if (error instanceof WebhookUnverified) return false;
      throw error;
    }
  };
  const bodyOf = (...items: Item[]) => AdyenServer.signed(items, KEY).body;
  const told = (...items: Item[]) =>
    eventsIn({ body: Buffer.from(bodyOf(...items)), receivedAt: AT }, { merchantAccount: 'TestMerchant' });

  it('is signed as the example of its documentation', () => {
    const signature = 'coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=';
    expect(bodyOf(ITEM)).toContain(JSON.stringify(signature));
    expect(isVerified(bodyOf(ITEM), KEY)).toBe(true);
  });

  it.each<[string, Partial<Item>]>([
    ['a slash, a colon and a backslash in the reference', { merchantReference: 'a/b:c\\d' }],
    ['an amount of 0', { amount: { value: 0, currency: 'EUR' } }],
    ['the reference 0', { merchantReference: '0' }],
    ['an empty reference', { merchantReference: '' }],
    ['the payment that it is about', { originalReference: '9913140798220028' }],
  ])('is verified with %s', (_, more) => {
    expect(isVerified(bodyOf({ ...ITEM, ...more }), KEY)).toBe(true);
  });

  it.each<[string, Partial<Item>]>([
    ['another amount', { amount: { value: 1, currency: 'EUR' } }],
    ['another currency', { amount: { value: 1_130, currency: 'JPY' } }],
    ['another outcome', { success: 'false' }],
    ['another event', { eventCode: 'CAPTURE' }],
    ['another reference', { merchantReference: 'another' }],
    ['another payment', { originalReference: '1' }],
    ['another account', { merchantAccountCode: 'Another' }],
  ])('is refused with %s than was signed', (_, more) => {
    const body = JSON.parse(bodyOf(ITEM)) as { notificationItems: [{ NotificationRequestItem: object }] };
    Object.assign(body.notificationItems[0].NotificationRequestItem, more);
    expect(isVerified(JSON.stringify(body), KEY)).toBe(false);
  });

  it('is verified by any of the keys, while they are renewed, and by none that is no key', () => {
    expect(isVerified(bodyOf(ITEM), 'f'.repeat(64), KEY)).toBe(true);
    expect(isVerified(bodyOf(ITEM), KEY.toLowerCase())).toBe(true);
    expect(isVerified(bodyOf(ITEM), 'f'.repeat(64))).toBe(false);
    expect(isVerified(bodyOf(ITEM))).toBe(false);
    // Of what is not hexadecimal Node reads nothing.
    for (const key of ['', 'xyz', 'no key at all, but long enough to be one'])
      expect(isVerified(AdyenServer.signed([ITEM], key).body, key)).toBe(false);
  });

  it('is refused as a whole if one of its items is not signed', () => {
    const foreign = AdyenServer.signed([ITEM], 'f'.repeat(64)).body;
    const items = [bodyOf(ITEM), foreign].flatMap((body) => {
      return (JSON.parse(body) as { notificationItems: object[] }).notificationItems;
    });
    expect(isVerified(JSON.stringify({ live: 'false', notificationItems: items }), KEY)).toBe(false);
  });

  it.each(['', '{', '[]', '{}', '{"notificationItems":[{}]}', bodyOf({ ...ITEM, success: 'maybe' as 'true' })])(
    'is none that says %j',
    (body) => expect(isVerified(body, KEY)).toBe(false),
  );

  it('tells of each item its payment, by both names', () => {
    const capture: Item = {
      ...{ ...ITEM, pspReference: 'C1', eventCode: 'CAPTURE', originalReference: ITEM.pspReference },
    };
    expect(told(ITEM, capture).map(noticeOf)).toEqual([
      {
        eventId: '7914073381342284:AUTHORISATION:true:2026-03-02T09:00:00.000Z',
        ...{ reference: ITEM.pspReference, paymentId: ITEM.merchantReference },
      },
      {
        eventId: 'C1:CAPTURE:true:2026-03-02T09:00:00.000Z',
        ...{ reference: ITEM.pspReference, paymentId: ITEM.merchantReference },
      },
    ]);
  });

  it('tells the last digits of a card that is accepted beside what is kept of it, and nothing that is more', () => {
    const digitsOf = (cardSummary: string, more: Partial<Item> = {}) => {
      const events = told({ ...ITEM, additionalData: { cardSummary }, ...more });
      expect(JSON.stringify(events.map(({ details }) => details))).not.toContain(cardSummary);
      return events.map(noticeOf).map(({ cardLast4 }) => cardLast4);
    };
    expect(digitsOf('1111')).toEqual(['1111']);
    expect(digitsOf('1111', { success: 'false' })).toEqual([undefined]);
    expect(digitsOf('4111111111111111')).toEqual([undefined]);
  });

  it('tells what is not known, and nothing of another merchant account', () => {
    expect(told({ ...ITEM, eventCode: 'SOMETHING_NEW' })).toHaveLength(1);
    expect(told({ ...ITEM, merchantAccountCode: 'Another' })).toEqual([]);
  });
});
