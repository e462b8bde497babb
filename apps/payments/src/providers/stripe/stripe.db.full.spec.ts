import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '@chargemesh/persistence';
import { correctionOf, started } from '@chargemesh/testing/billing';
import type { PaymentView } from '../../payments/checkout.port.js';
import { OPERATOR, billed, ended, sessionOf } from '../../payments/testing/bench.js';
import { Reconciliation } from '../../reconciliation/reconciliation.service.js';
import { Undelivered } from '../webhooks/undelivered.service.js';
import { StripeBench } from './testing/bench.js';
import type { StripeEvent } from './testing/stand-in.objects.js';

describe('an ad hoc payment by Stripe', () => {
  let bench: StripeBench;

  beforeAll(async () => {
    bench = await StripeBench.start();
  });
  afterAll(() => bench?.stop());

  const comesTo = (reference: string, state: PaymentView['state']) =>
    bench.within(() =>
      bench.payments.view(reference).then((view) => {
        if (view.state !== state) throw new Error(`it is ${view.state} (${view.reason ?? 'no reason'}), not ${state}`);
        return view;
      }),
    );
  const reconcile = () => bench.payments.platform.app.get(Reconciliation, { strict: false }).reconcile();
  /** Charging on its token. */
  const charging = async () => {
    const { reference, session, intent } = await bench.paid();
    const view = await comesTo(reference, 'starting');
    const tokenUid = await bench.payments.tokenOf(view.paymentId);
    const of = sessionOf({ ...view, tokenUid });
    await bench.payments.platform.send([started(OPERATOR, of)]);
    await comesTo(reference, 'charging');
    return { reference, view, intent, charged: of, checkout: session };
  };
  const captured = async (total = '12.34') => {
    const payment = await charging();
    const bill = billed(payment.charged, total);
    await bench.payments.platform.send([ended(payment.charged), bill]);
    await comesTo(payment.reference, 'captured');
    return { ...payment, bill };
  };
  const callsOf = (path: RegExp) => bench.server.asked.filter((one) => path.test(`${one.method} ${one.path}`));

  it('is held at its page, and captured by what was charged', async () => {
    const { intent, checkout, view } = await captured('12.34');
    expect(intent).toMatchObject({ status: 'succeeded', amount: 5_000, amount_received: 1_234 });
    expect(intent.metadata).toEqual({ payment_id: view.paymentId });
    expect(checkout.success_url).toBe(`https://pay.example/pay/p/${view.reference}`);
    const item = await bench.payments.item(view.paymentId);
    expect(item).toMatchObject({ provider: 'stripe', capturedAmount: '12.34', captureBefore: expect.any(String) });
    const captures = callsOf(new RegExp(`POST .*/${intent.id}/capture`));
    expect(captures.map(({ key }) => key)).toEqual([expect.stringContaining(view.paymentId)]);
  });

  it.each<[string, (events: StripeEvent[]) => StripeEvent[]]>([
    ['five times', (events) => events.flatMap((event) => Array<StripeEvent>(5).fill(event))],
    ['in reverse', (events) => [...events].reverse()],
  ])('has the same end when all is told %s', async (_, order) => {
    const before = bench.stripe.events.length;
    const { reference, session } = await bench.begun();
    bench.stripe.pay(session.id, 'declined');
    bench.stripe.pay(session.id);
    await bench.deliver(order(bench.stripe.events.slice(before)));
    await comesTo(reference, 'starting');
    await bench.deliver(order(bench.stripe.events.slice(before)));
    expect((await bench.payments.view(reference)).state).toBe('starting');
  });

  it('is found when nothing is ever told', async () => {
    const { reference, session } = await bench.begun();
    bench.stripe.pay(session.id);
    await reconcile();
    await comesTo(reference, 'starting');
  });

  it('that was paid and given up unheard of is given back, and 72 hours later nothing that is told changes that', async () => {
    const { reference, session } = await bench.begun();
    const before = bench.stripe.events.length;
    const intent = bench.stripe.pay(session.id);
    const late = bench.stripe.events.slice(before);
    await bench.payments.after(30 * 60);
    expect(await comesTo(reference, 'failed')).toMatchObject({ reason: 'expired' });
    expect(intent.status).toBe('canceled');
    bench.payments.clock.advance(72 * 3_600);
    expect(new Set(await bench.deliver(late))).toEqual(new Set([200]));
    expect((await bench.payments.view(reference)).state).toBe('failed');
  });

  it('is open after a declined card, and held by another', async () => {
    const { reference, session } = await bench.paid('declined');
    expect((await bench.payments.view(reference)).state).toBe('authorizing');
    bench.stripe.pay(session.id);
    await bench.payments.checkout.returned(reference);
    await comesTo(reference, 'starting');
  });

  it('waits for the bank, and is held when that says yes after the browser was closed', async () => {
    const { reference, session } = await bench.paid('asks-for-3ds');
    expect((await bench.payments.view(reference)).state).toBe('authorizing');
    const before = bench.stripe.events.length;
    bench.stripe.answer3ds(session.id, true);
    await bench.deliver(bench.stripe.events.slice(before));
    await comesTo(reference, 'starting');
  });

  it('that nobody pays ends with its page', async () => {
    const { reference, session } = await bench.begun();
    await bench.payments.after(30 * 60);
    expect(await comesTo(reference, 'failed')).toMatchObject({ reason: 'expired' });
    expect(session.status).toBe('expired');
  });

  it('is given back when the station refuses', async () => {
    const { reference, intent } = await bench.paid();
    const view = await comesTo(reference, 'starting');
    await bench.payments.platform.send([bench.payments.answered(view, 'rejected')]);
    await bench.payments.startFailed(reference);
    await comesTo(reference, 'released');
    expect(intent.status).toBe('canceled');
  });

  it('is captured once when the capture was made and its answer was an error', async () => {
    const payment = await charging();
    const path = new RegExp(`POST .*/${payment.intent.id}/capture`);
    bench.server.failNext(path, 'after');
    await bench.payments.platform.send([ended(payment.charged), billed(payment.charged, '12.34')]);
    expect((await comesTo(payment.reference, 'captured')).capturedAmount).toBe('12.34');
    expect(callsOf(path)).toHaveLength(1);
  });

  it('is captured under another key when Stripe repeats its error under the first', async () => {
    const payment = await charging();
    const path = new RegExp(`POST .*/${payment.intent.id}/capture`);
    bench.server.failNext(path, 'before');
    await bench.payments.platform.send([ended(payment.charged), billed(payment.charged, '12.34')]);
    await comesTo(payment.reference, 'capture-failed');
    await bench.payments.after(3_600);
    await comesTo(payment.reference, 'captured');
    const keys = callsOf(path).map(({ key }) => key);
    expect([keys.length, new Set(keys).size]).toEqual([3, 2]);
  });

  it('whose hold is gone becomes a claim', async () => {
    const payment = await charging();
    bench.stripe.loseHold(payment.intent);
    await bench.payments.platform.send([ended(payment.charged), billed(payment.charged, '12.34')]);
    const view = await comesTo(payment.reference, 'capture-failed');
    expect(await bench.payments.item(view.paymentId)).toMatchObject({ reason: 'hold-lost', shortfall: '12.34' });
  });

  it('of less than Stripe takes is given back at once', async () => {
    const payment = await charging();
    await bench.payments.platform.send([ended(payment.charged), billed(payment.charged, '0.49')]);
    const view = await comesTo(payment.reference, 'capture-failed');
    expect(payment.intent.status).toBe('canceled');
    expect((await bench.payments.item(view.paymentId)).shortfall).toBe('0.49');
  });

  it('has one page when the answer to the first call is lost', async () => {
    bench.server.failNext(/POST .*sessions$/, 'lost');
    const before = bench.stripe.sessions.size;
    await bench.begun();
    expect(bench.stripe.sessions.size).toBe(before + 1);
  });

  it('leaves no page open when none of its answers came', async () => {
    const before = bench.stripe.sessions.size;
    for (let times = 0; times < 2; times++) bench.server.failNext(/POST .*sessions$/, 'lost');
    await expect(bench.payments.open()).rejects.toMatchObject({ code: 'unavailable' });
    const made = [...bench.stripe.sessions.values()].slice(before);
    await bench.within(() => {
      if (made.some(({ status }) => status !== 'expired')) throw new Error('a page is open');
      return Promise.resolve();
    });
    expect(made).toHaveLength(1);
  });

  it('is refunded when Stripe has the final word on it', async () => {
    const { bill, reference, view } = await captured('12.34');
    bench.stripe.refundsAre = 'pending';
    await bench.payments.platform.send(correctionOf(bill, { totalInclTaxes: '2.34' }));
    await bench.within(async () => expect([...bench.stripe.refunds.values()].at(-1)?.amount).toBe(1_000));
    await reconcile();
    expect((await bench.payments.view(reference)).refundedAmount).toBe('0.00');
    const before = bench.stripe.events.length;
    bench.stripe.endRefunds('succeeded');
    bench.stripe.refundsAre = 'succeeded';
    await bench.deliver(bench.stripe.events.slice(before));
    await bench.within(async () => expect((await bench.payments.view(reference)).refundedAmount).toBe('10.00'));
    expect([...bench.stripe.refunds.values()].filter((one) => one.payment_intent && one.amount === 1_000)).toHaveLength(
      1,
    );
    expect((await bench.payments.item(view.paymentId)).refundWanted).toBe('10.00');
  });

  it('is refunded anew when a refund that Stripe took fails in the end', async () => {
    const { bill, reference } = await captured('12.34');
    const refunds = () => [...bench.stripe.refunds.values()].map(({ status }) => status).slice(refundsBefore);
    const refundsBefore = bench.stripe.refunds.size;
    bench.stripe.refundsAre = 'pending';
    await bench.payments.platform.send(correctionOf(bill, { totalInclTaxes: '2.34' }));
    await bench.within(() => Promise.resolve(expect(refunds()).toEqual(['pending'])));
    await reconcile();
    bench.stripe.endRefunds('failed');
    bench.stripe.refundsAre = 'succeeded';
    await reconcile();
    await bench.within(async () => expect((await bench.payments.view(reference)).refundedAmount).toBe('10.00'));
    expect(refunds()).toEqual(['failed', 'succeeded']);
  });

  it('is captured while what was not delivered cannot be asked for', async () => {
    await bench.payments.platform.app.get(Undelivered, { strict: false }).ask();
    const database = bench.payments.platform.app.get(Database, { strict: false });
    const rows = await database.transaction([OPERATOR], (tx) =>
      tx.query<{ destination: string }>(
        `SELECT DISTINCT destination FROM outbound_calls WHERE kind <> 'provider-undelivered' AND destination IN
         (SELECT destination FROM outbound_calls WHERE kind = 'provider-undelivered')`,
      ),
    );
    expect(rows).toEqual([]);
  });

  it('that is disputed is not refunded beside it, the dispute is shown, and what was won can be refunded', async () => {
    const { bill, intent, view } = await captured('12.34');
    const before = bench.stripe.events.length;
    const dispute = bench.stripe.dispute(intent.id);
    // Nobody was there when it was told.
    bench.stripe.undelivered = bench.stripe.events.slice(before);
    await bench.payments.platform.app.get(Undelivered, { strict: false }).ask();
    const disputes = () => bench.ask<{ items: object[] }>('GET', `${DISPUTES}?paymentId=${view.paymentId}`);
    await bench.within(async () => expect((await disputes()).body.items).toHaveLength(1));
    expect((await disputes()).body.items[0]).toMatchObject({
      ...{ paymentId: view.paymentId, providerReference: dispute.id, amount: '12.34', currency: 'EUR' },
      ...{ reason: 'fraudulent', status: 'needs_response', evidenceDueBy: expect.any(String) },
    });
    const refunds = bench.stripe.refunds.size;
    await bench.payments.platform.send(correctionOf(bill, { totalInclTaxes: '2.34' }));
    await bench.within(async () => expect((await bench.payments.item(view.paymentId)).refundWanted).toBe('10.00'));
    await reconcile();
    expect(bench.stripe.refunds.size).toBe(refunds);
    dispute.status = 'won';
    await reconcile();
    await bench.within(async () => expect((await bench.payments.item(view.paymentId)).refundedAmount).toBe('10.00'));
  });
});

const DISPUTES = '/api/payments/v1/disputes';
