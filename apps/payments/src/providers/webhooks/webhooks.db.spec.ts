import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '@chargemesh/persistence';
import { Notifications } from '../notifications.service.js';
import { OPERATOR } from '../../payments/testing/bench.js';
import { ACCOUNT, OLD_WEBHOOK_KEY, StripeBench, WEBHOOKS, WEBHOOK_KEY } from '../stripe/testing/bench.js';
import { StripeServer } from '../stripe/testing/stand-in.http.js';
import { type StripeEvent, newId } from '../stripe/testing/stand-in.objects.js';

describe('a webhook of a payment provider', () => {
  let bench: StripeBench;

  beforeAll(async () => {
    bench = await StripeBench.start();
  });
  afterAll(() => bench?.stop());

  const secondsAgo = (seconds: number) => new Date(bench.payments.clock.now().getTime() - seconds * 1_000);
  const event = (object: object = { object: 'payment_intent', id: newId('pi') }): StripeEvent => ({
    ...{ id: newId('evt'), object: 'event', type: 'payment_intent.succeeded', created: bench.stripe.seconds },
    data: { object },
  });
  const kept = ({ id }: StripeEvent) =>
    bench.payments.platform.app
      .get(Database, { strict: false })
      .transaction([OPERATOR], (tx) =>
        tx.query<{ payment_id: string | null }>('SELECT payment_id FROM provider_notifications WHERE event_id = $1', [
          `${ACCOUNT}/${id}`,
        ]),
      );

  it('is kept before it is answered, and once, however often it comes', async () => {
    const one = event();
    expect(await bench.deliver([one, one, one, one, one])).toEqual([200, 200, 200, 200, 200]);
    expect(await kept(one)).toEqual([{ payment_id: null }]);
  });

  it.each([
    ['with a key of before, while keys are renewed', () => ({ key: OLD_WEBHOOK_KEY }), 200],
    ['as old as may be', () => ({ at: secondsAgo(300) }), 200],
    ['too old', () => ({ at: secondsAgo(301) }), 401],
    ['with a foreign key', () => ({ key: 'whsec_foreign' }), 401],
  ])('signed %s is taken or refused by its signature', async (_, given, status) => {
    const one = event();
    expect((await bench.post(one, given())).status).toBe(status);
    expect(await kept(one)).toHaveLength(status === 200 ? 1 : 0);
  });

  it('is verified over the bytes as they came, before anything is read of them', async () => {
    const { body, headers } = StripeServer.signed(event(), WEBHOOK_KEY, bench.payments.clock.now());
    const post = (sent: string) =>
      fetch(`${bench.payments.platform.url}${WEBHOOKS}`, { method: 'POST', body: sent, headers });
    expect((await post(`${body} `)).status).toBe(401);
    expect((await post('{')).status).toBe(401);
    expect((await post(body)).status).toBe(200);
    const unsigned = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
    expect((await fetch(`${bench.payments.platform.url}${WEBHOOKS}`, unsigned)).status).toBe(401);
  });

  it('that is too large is not read', async () => {
    const large = event({ object: 'payment_intent', id: newId('pi'), more: 'x'.repeat(300_000) });
    expect((await bench.post(large)).status).toBe(413);
  });

  it.each([
    ['an account that is not there', WEBHOOKS.replace(ACCOUNT, '01900000-0000-7000-8000-0000000000ff'), 404],
    ['an operator that is not there', WEBHOOKS.replace(OPERATOR, '01900000-0000-7000-8000-0000000000ff'), 404],
    ['a provider that is not there', WEBHOOKS.replace('stripe', 'nobody'), 400],
  ])('for %s is refused', async (_, to, status) => {
    expect((await bench.post(event(), { to })).status).toBe(status);
  });

  it('about nothing that concerns payments is taken, and not kept', async () => {
    const one = event({ object: 'customer', id: 'cus_1' });
    expect((await bench.post(one)).status).toBe(200);
    expect(await kept(one)).toEqual([]);
  });

  it('has the payment read at the provider, though it says nothing that is believed', async () => {
    const { reference, session, paymentId } = await bench.begun();
    const isUntrue = {
      ...event({ ...session, status: 'complete', payment_status: 'paid' }),
      type: 'checkout.session.completed',
    };
    await bench.post(isUntrue);
    expect(await kept(isUntrue)).toEqual([{ payment_id: paymentId }]);
    bench.stripe.pay(session.id);
    await bench.deliver(bench.stripe.events);
    await bench.within(() => bench.payments.comesTo(reference, 'starting'));
  });

  it('that two accounts are told of is news to the one that has the payment', async () => {
    const { reference, session } = await bench.begun();
    bench.stripe.pay(session.id);
    const notifications = bench.payments.platform.app.get(Notifications, { strict: false });
    const told = { operatorId: OPERATOR, provider: 'stripe', eventId: newId('evt'), reference: session.id };
    await notifications.take({ ...told, accountId: ACCOUNT.replace(/a1$/, 'a2') });
    await notifications.take({ ...told, accountId: ACCOUNT });
    await bench.within(() => bench.payments.comesTo(reference, 'starting'));
  });

  it('that comes before its payment has a name is matched when it has one', async () => {
    const { redirectUrl, reference } = await bench.openedAfter(async (session) => {
      // Without what we had Stripe tell back of ours.
      await bench.post(event({ object: 'checkout.session', id: session.id }));
      bench.stripe.pay(session.id);
    });
    expect(redirectUrl).toContain('https://checkout.stripe.com/');
    await bench.within(() => bench.payments.comesTo(reference, 'starting'));
  });
});
