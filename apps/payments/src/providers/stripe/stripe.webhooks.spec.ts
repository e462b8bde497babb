import { describe, expect, it } from '@jest/globals';
import { WebhookUnverified } from '../provider.adapter.js';
import { noticesOf } from './stripe.webhooks.js';
import { StripeServer } from './testing/stand-in.http.js';

const AT = new Date('2026-03-01T12:00:00Z');
const KEY = 'whsec_of_a_test';

describe('what an event at Stripe is about', () => {
  const noticesIn = (object: object, { account, merchantAccount = null, toleranceS = 300 }: Given = {}) => {
    const event = {
      id: 'evt_1',
      object: 'event',
      type: 'any',
      created: 1,
      data: { object },
      ...(account ? { account } : {}),
    };
    const { body, headers } = StripeServer.signed(event as never, KEY, AT);
    const webhook = { body: Buffer.from(body), headers, receivedAt: AT };
    return noticesOf(webhook, { keys: [KEY], toleranceS, account: { merchantAccount } });
  };
  interface Given {
    readonly account?: string;
    readonly merchantAccount?: string | null;
    readonly toleranceS?: number;
  }
  const metadata = { payment_id: 'p' };

  it.each([
    ['a session', { object: 'checkout.session', id: 'cs_1', metadata }, { reference: 'cs_1', paymentId: 'p' }],
    ['an intent', { object: 'payment_intent', id: 'pi_1', metadata }, { reference: 'pi_1', paymentId: 'p' }],
    [
      'a charge',
      { object: 'charge', id: 'ch_1', payment_intent: 'pi_1', metadata },
      { reference: 'pi_1', paymentId: 'p' },
    ],
    ['a refund', { object: 'refund', id: 're_1', payment_intent: 'pi_1', metadata: {} }, { reference: 'pi_1' }],
    ['a dispute', { object: 'dispute', id: 'du_1', payment_intent: { id: 'pi_1' } }, { reference: 'pi_1' }],
  ])('is the payment of %s', (_, object, notice) => {
    expect(noticesIn(object)).toEqual([{ eventId: 'evt_1', ...notice }]);
  });

  it.each([
    ['of something else', { object: 'customer', id: 'cus_1' }],
    ['of a charge without an intent', { object: 'charge', id: 'ch_1', payment_intent: null }],
    ['that is unreadable', { object: 'payment_intent', id: 7 }],
  ])('is nothing %s', (_, object) => expect(noticesIn(object)).toEqual([]));

  it("is of the account's own only, where a platform has several", () => {
    const intent = { object: 'payment_intent', id: 'pi_1' };
    expect(noticesIn(intent, { account: 'acct_1', merchantAccount: 'acct_1' })).toHaveLength(1);
    expect(noticesIn(intent, { account: 'acct_2', merchantAccount: 'acct_1' })).toEqual([]);
    expect(noticesIn(intent, { merchantAccount: 'acct_1' })).toEqual([]);
  });

  it.each([
    ['long ago', AT.getTime() + 301_000, [KEY], 'too-old'],
    ['with a foreign key', AT.getTime(), ['whsec_foreign'], 'signature'],
  ])('is refused when it was signed %s, and says why', (_, receivedAt, keys, reason) => {
    const { body, headers } = StripeServer.signed({ id: 'evt_1', object: 'event' } as never, KEY, AT);
    const webhook = { body: Buffer.from(body), headers, receivedAt: new Date(receivedAt) };
    const read = () => noticesOf(webhook, { keys, toleranceS: 300, account: { merchantAccount: null } });
    expect(read).toThrow(expect.objectContaining({ reason }));
  });

  it('is not looked at without a tolerance, which would be none', () => {
    expect(() => noticesIn({ object: 'payment_intent', id: 'pi_1' }, { toleranceS: 0 })).toThrow(WebhookUnverified);
  });
});
