import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '@chargemesh/persistence';
import { asAdmin } from '@chargemesh/persistence/testing';
import { correctionOf, started } from '@chargemesh/testing/billing';
import type { PaymentView } from '../../payments/checkout.port.js';
import { OPERATOR, PAYMENTS, billed, ended, sessionOf } from '../../payments/testing/bench.js';
import { Reconciliation } from '../../reconciliation/reconciliation.service.js';
import { ACCOUNT, ACCOUNT_BODY, AdyenBench, OLD_HMAC_KEY, WEBHOOKS } from './testing/bench.js';
import type { Item } from './testing/stand-in.js';

const FINDINGS = '/api/payments/v1/reconciliation/findings';
const DISPUTES = '/api/payments/v1/disputes';
const ACCOUNTS = '/api/payments/v1/provider-accounts';

describe('an ad hoc payment by Adyen', () => {
  let bench: AdyenBench;

  beforeAll(async () => {
    bench = await AdyenBench.start();
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
  const asked = (path: RegExp) => bench.server.asked.filter((one) => path.test(`${one.method} ${one.path}`));
  /** Once Adyen was asked for it. */
  const askedFor = (path: RegExp, times = 1) =>
    bench.within(async () => expect(asked(path).length).toBeGreaterThanOrEqual(times));
  const held = async () => {
    const paid = await bench.paid();
    await bench.deliver();
    return { ...paid, view: await comesTo(paid.reference, 'starting') };
  };
  /** Charging on its token. */
  const charging = async () => {
    const paid = await held();
    const of = sessionOf({ ...paid.view, tokenUid: await bench.payments.tokenOf(paid.paymentId) });
    await bench.payments.platform.send([started(OPERATOR, of)]);
    await comesTo(paid.reference, 'charging');
    return { ...paid, charged: of, captures: new RegExp(`POST .*/${paid.payment.pspReference}/captures`) };
  };
  /** Charged, and Adyen asked for the capture. */
  const capturing = async (total = '12.34') => {
    const payment = await charging();
    const bill = billed(payment.charged, total);
    await bench.payments.platform.send([ended(payment.charged), bill]);
    await askedFor(payment.captures);
    await comesTo(payment.reference, 'capturing');
    return { ...payment, bill };
  };
  const captured = async () => {
    const payment = await capturing();
    await bench.settle();
    await comesTo(payment.reference, 'captured');
    const capture = bench.adyen.items.at(-1);
    if (capture?.eventCode !== 'CAPTURE') throw new Error('no capture was told');
    return { ...payment, capture };
  };
  const casesOf = async (paymentId: string) =>
    (await bench.ask<{ items: { status: string }[] }>('GET', `${DISPUTES}?paymentId=${paymentId}`)).body.items;

  const findingsOf = async (paymentId: string) => {
    const path = `${FINDINGS}?status=open`;
    const { items } = (await bench.ask<{ items: { kind: string; paymentId: string }[] }>('GET', path)).body;
    return items.filter((one) => one.paymentId === paymentId).map(({ kind }) => kind);
  };

  it('is held at its page, and captured by what was charged', async () => {
    const { payment, paymentId, link, view } = await captured();
    expect(payment).toMatchObject({ state: 'captured', amount: { value: 5_000, currency: 'EUR' }, captured: 1_234 });
    expect(link.returnUrl).toBe(`https://pay.example/pay/p/${view.reference}`);
    const item = await bench.payments.item(paymentId);
    expect(item).toMatchObject({ provider: 'adyen', capturedAmount: '12.34', captureBefore: expect.any(String) });
  });

  it('knows the last digits of the card, which are kept with the payment alone', async () => {
    const { paymentId } = await held();
    expect(await bench.payments.item(paymentId)).toMatchObject({ cardLast4: '1111' });
    const { rows } = await asAdmin(bench.payments.platform.adminUrl, (admin) =>
      admin.query('SELECT details FROM payments.adyen_events WHERE merchant_reference = $1', [paymentId]),
    );
    expect(rows).toEqual([{ details: { action: null, defensePeriodEndsAt: null, disputeStatus: null } }]);
  });

  it('asks for a page with methods that can be held, and with no more than Adyen needs', async () => {
    await bench.begun();
    const { body, key } = asked(/POST .*paymentLinks$/).at(-1) ?? {};
    const sent = JSON.parse(body ?? '') as Record<string, unknown>;
    expect(key).toMatch(/^[\da-f]{64}$/);
    expect(sent).toMatchObject({ manualCapture: true, reusable: false, allowedPaymentMethods: expect.any(Array) });
    expect(sent['reference']).toMatch(/^[\w-]+$/);
    expect(Object.keys(sent).filter((name) => name.startsWith('shopper'))).toEqual(['shopperLocale']);
  });

  it.each<[string, (items: Item[]) => Item[]]>([
    ['five times', (items) => items.flatMap((item) => Array<Item>(5).fill(item))],
    ['in reverse', (items) => [...items].reverse()],
  ])('has the same end when all is told %s', async (_, order) => {
    const { reference, link } = await bench.begun();
    bench.adyen.pay(link.id, 'declined');
    bench.adyen.pay(link.id);
    const news = bench.news();
    expect(new Set(await bench.deliver(order(news)))).toEqual(new Set([200]));
    await comesTo(reference, 'starting');
    await bench.deliver(order(news));
    expect((await bench.payments.view(reference)).state).toBe('starting');
  });

  it('waits for the bank, and is held when that says yes', async () => {
    const { reference, payment } = await bench.paid('asks-for-3ds');
    await reconcile();
    expect((await bench.payments.view(reference)).state).toBe('authorizing');
    bench.adyen.answer3ds(payment, true);
    await bench.deliver();
    await comesTo(reference, 'starting');
  });

  it('that the bank confirms after its page expired is given back', async () => {
    const { reference, payment } = await bench.paid('asks-for-3ds');
    await bench.payments.after(30 * 60);
    await comesTo(reference, 'failed');
    bench.adyen.answer3ds(payment, true);
    await bench.deliver();
    await askedFor(new RegExp(`/${payment.pspReference}/cancels`));
    await bench.settle();
    expect(payment.state).toBe('cancelled');
  });

  it('that nobody pays ends with its page', async () => {
    const { reference, link } = await bench.begun();
    await bench.payments.after(30 * 60);
    expect(await comesTo(reference, 'failed')).toMatchObject({ reason: 'expired' });
    expect(bench.adyen.link(link.id).status).toBe('expired');
  });

  it('whose webhook never comes is given back by our own name of it, and what is told 72 hours later changes nothing', async () => {
    const { reference, paymentId, payment } = await bench.paid();
    const late = bench.news();
    await reconcile();
    expect((await bench.payments.view(reference)).state).toBe('authorizing');
    const before = asked(/POST \/v72\/cancels$/).length;
    await bench.payments.after(30 * 60);
    await askedFor(/POST \/v72\/cancels$/, before + 1);
    expect(JSON.parse(asked(/POST \/v72\/cancels$/).at(-1)?.body ?? '')).toMatchObject({ paymentReference: paymentId });
    await bench.settle();
    expect(payment.state).toBe('cancelled');
    expect(await comesTo(reference, 'failed')).toMatchObject({ reason: 'expired' });
    bench.payments.clock.advance(72 * 3_600);
    expect(await bench.deliver(late)).toEqual([200]);
    await reconcile();
    expect((await bench.payments.view(reference)).state).toBe('failed');
  });

  it('is given back when the station refuses', async () => {
    const { reference, payment, view } = await held();
    await bench.payments.platform.send([bench.payments.answered(view, 'rejected')]);
    await bench.payments.startFailed(reference);
    await askedFor(new RegExp(`/${payment.pspReference}/cancels`));
    await bench.settle();
    await comesTo(reference, 'released');
    expect(payment.state).toBe('cancelled');
  });

  it('is captured once while Adyen says nothing of it, which is found', async () => {
    const { captures, reference, paymentId } = await capturing();
    for (let times = 0; times < 3; times++) await reconcile();
    expect((await bench.payments.view(reference)).state).toBe('capturing');
    expect(await findingsOf(paymentId)).toEqual([]);
    bench.payments.clock.advance(3_700);
    await reconcile();
    expect(await findingsOf(paymentId)).toContain('capture-unconfirmed');
    await bench.settle();
    expect((await comesTo(reference, 'captured')).capturedAmount).toBe('12.34');
    expect(asked(captures)).toHaveLength(1);
  });

  it.each(['after', 'before', 'lost'] as const)('is captured once when the answer failed (%s)', async (failure) => {
    const payment = await charging();
    bench.server.failNext(payment.captures, failure);
    await bench.payments.platform.send([ended(payment.charged), billed(payment.charged, '12.34')]);
    await askedFor(payment.captures, 2);
    await bench.settle();
    expect((await comesTo(payment.reference, 'captured')).capturedAmount).toBe('12.34');
    const calls = asked(payment.captures);
    expect([new Set(calls.map(({ key }) => key)).size, payment.payment.captured]).toEqual([1, 1_234]);
  });

  it('is captured under another key when Adyen could not do what it took to do', async () => {
    const { captures, reference } = await (async () => {
      bench.adyen.impossible.add('capture');
      return capturing();
    })();
    await bench.settle();
    await comesTo(reference, 'capture-failed');
    bench.adyen.impossible.delete('capture');
    await bench.payments.after(3_600);
    await askedFor(captures, 2);
    await bench.settle();
    await comesTo(reference, 'captured');
    expect(new Set(asked(captures).map(({ key }) => key)).size).toBeGreaterThan(1);
  });

  it('stays captured when the scheme refuses that afterwards, which is a case until it is made again', async () => {
    const { capture, paymentId, reference } = await captured();
    bench.payments.clock.advance(60);
    bench.adyen.failLater('CAPTURE_FAILED', capture);
    await bench.deliver();
    await bench.within(async () => expect(await casesOf(paymentId)).toMatchObject([{ status: 'capture-failed' }]));
    bench.payments.clock.advance(60);
    bench.adyen.makeAgain(capture);
    await bench.deliver();
    await bench.within(async () => expect(await casesOf(paymentId)).toMatchObject([{ status: 'mended' }]));
    expect((await bench.payments.view(reference)).capturedAmount).toBe('12.34');
  });

  it('whose hold is gone becomes a claim', async () => {
    const { payment, charged, reference, paymentId } = await charging();
    bench.adyen.loseHold(payment);
    await bench.deliver();
    await bench.payments.platform.send([ended(charged), billed(charged, '12.34')]);
    await comesTo(reference, 'capture-failed');
    expect(await bench.payments.item(paymentId)).toMatchObject({ reason: 'hold-lost', shortfall: '12.34' });
  });

  it('is refunded when Adyen says so, and not any more when that comes back', async () => {
    const { bill, payment, paymentId, reference } = await captured();
    const refunds = new RegExp(`/${payment.pspReference}/refunds`);
    await bench.payments.platform.send(correctionOf(bill, { totalInclTaxes: '2.34' }));
    await askedFor(refunds);
    await reconcile();
    expect((await bench.payments.view(reference)).refundedAmount).toBe('0.00');
    await bench.settle();
    await bench.within(async () => expect((await bench.payments.view(reference)).refundedAmount).toBe('10.00'));
    const refund = bench.adyen.items.at(-1) as Item;
    bench.payments.clock.advance(60);
    bench.adyen.failLater('REFUNDED_REVERSED', refund);
    await bench.deliver();
    await bench.within(async () => expect((await bench.payments.view(reference)).refundedAmount).toBe('0.00'));
    expect(await casesOf(paymentId)).toMatchObject([{ status: 'refunded-reversed' }]);
    // A person decides on it: Adyen may make it yet.
    for (let times = 0; times < 2; times++) await reconcile();
    expect(asked(refunds)).toHaveLength(1);
  });

  it('that is disputed is not refunded beside it, and what was won can be refunded', async () => {
    const { bill, payment, paymentId } = await captured();
    const more = { reason: 'Fraud', additionalData: { disputeStatus: 'Undefended', defensePeriodEndsAt: DUE } };
    const dispute = bench.adyen.dispute(payment, 'CHARGEBACK', more);
    await bench.deliver();
    await bench.within(async () =>
      expect(await casesOf(paymentId)).toMatchObject([
        {
          ...{ providerReference: dispute.pspReference, amount: '12.34', reason: 'Fraud', status: 'Undefended' },
          evidenceDueBy: DUE_AT,
        },
      ]),
    );
    await bench.payments.platform.send(correctionOf(bill, { totalInclTaxes: '2.34' }));
    await bench.within(async () => expect((await bench.payments.item(paymentId)).refundWanted).toBe('10.00'));
    await reconcile();
    expect(payment.refunded).toBe(0);
    bench.payments.clock.advance(60);
    bench.adyen.dispute(payment, 'CHARGEBACK_REVERSED', { pspReference: dispute.pspReference });
    await bench.deliver();
    await reconcile();
    await askedFor(new RegExp(`/${payment.pspReference}/refunds`));
    await bench.settle();
    await bench.within(async () => expect((await bench.payments.item(paymentId)).refundedAmount).toBe('10.00'));
  });

  it('has one page when the answer to the first call is lost', async () => {
    bench.server.failNext(/POST .*paymentLinks$/, 'lost');
    const before = bench.adyen.links.size;
    await bench.begun();
    expect(bench.adyen.links.size).toBe(before + 1);
  });

  it('leaves no page open when none of its answers came', async () => {
    const before = bench.adyen.links.size;
    for (let times = 0; times < 2; times++) bench.server.failNext(/POST .*paymentLinks$/, 'lost');
    await expect(bench.payments.open()).rejects.toMatchObject({ code: 'unavailable' });
    const made = [...bench.adyen.links.values()].slice(before);
    await bench.within(async () => expect(made.map(({ status }) => status)).toEqual(['expired']));
  });

  it('that Adyen refuses a page for is over, and asks for nothing more', async () => {
    for (let times = 0; times < 2; times++) bench.server.failNext(/POST .*paymentLinks$/, 'refused');
    await expect(bench.payments.open()).rejects.toMatchObject({ code: 'unavailable' });
    const [newest] = (await bench.ask<{ items: { id: string }[] }>('GET', `${PAYMENTS}?limit=1`)).body.items;
    await bench.within(async () => expect((await bench.payments.item(newest!.id)).state).toBe('failed'));
  });
});

describe("a webhook of Adyen's", () => {
  let bench: AdyenBench;

  beforeAll(async () => {
    bench = await AdyenBench.start();
  });
  afterAll(() => bench?.stop());

  const item = (more: Partial<Item> = {}): Item => ({
    ...{ pspReference: `W${Math.random()}`, merchantAccountCode: 'ChargemeshCPO', merchantReference: 'nobody-s' },
    ...{ amount: { value: 1, currency: 'EUR' }, eventCode: 'AUTHORISATION', success: 'true' },
    eventDate: '2026-03-02T10:00:00+01:00',
    ...more,
  });
  const kept = ({ pspReference }: Item) =>
    bench.payments.platform.app
      .get(Database, { strict: false })
      .transaction([OPERATOR], (tx) =>
        tx.query<{ event_code: string }>('SELECT event_code FROM adyen_events WHERE psp_reference = $1', [
          pspReference,
        ]),
      );

  it('is kept before it is answered as Adyen wants it, and once, however often it comes', async () => {
    const one = item();
    for (let times = 0; times < 5; times++) {
      const answer = await bench.post([one]);
      expect([answer.status, await answer.text()]).toEqual([200, '[accepted]']);
    }
    expect(await kept(one)).toEqual([{ event_code: 'AUTHORISATION' }]);
  });

  it('has several items, known and unknown, and all of them are kept', async () => {
    const items = [
      item(),
      item({ eventCode: 'SOMETHING_NEW' }),
      item({ eventCode: 'REPORT_AVAILABLE', success: 'true' }),
    ];
    expect((await bench.post(items)).status).toBe(200);
    for (const one of items) expect(await kept(one)).toEqual([{ event_code: one.eventCode }]);
  });

  it.each([
    ['a key of before, while keys are renewed', { key: OLD_HMAC_KEY }, 200],
    ['a foreign key', { key: 'f'.repeat(64) }, 401],
  ])('that is signed with %s is taken or refused by that', async (_, given, status) => {
    const one = item();
    expect((await bench.post([one], given)).status).toBe(status);
    expect(await kept(one)).toHaveLength(status === 200 ? 1 : 0);
  });

  it("for an account of Stripe's, or of nobody, is refused", async () => {
    expect((await bench.post([item()], { to: WEBHOOKS.replace('adyen', 'stripe') })).status).toBe(404);
    expect((await bench.post([item()], { to: WEBHOOKS.replace(ACCOUNT, OPERATOR) })).status).toBe(404);
  });

  it('comes for an account that names its merchant account, and its own address in the live environment', async () => {
    const { merchantAccount: _, ...nameless } = ACCOUNT_BODY;
    const id = '01900000-0000-7000-8000-0000000000a3';
    const put = (body: object) =>
      bench.ask<{ code?: string }>('PUT', `${ACCOUNTS}/${id}`, { ...body, currencies: ['CHF'] });
    expect(await put(nameless)).toMatchObject({ status: 422, body: { code: 'merchant-account-missing' } });
    expect(await put({ ...ACCOUNT_BODY, livePrefix: 'evil.example/' })).toMatchObject({ status: 400 });
    expect(await put({ ...ACCOUNT_BODY, livePrefix: '1797a841fbb37ca7-Company' })).toMatchObject({
      ...{ status: 200, body: { livePrefix: '1797a841fbb37ca7-Company', merchantAccount: 'ChargemeshCPO' } },
    });
  });
});

const DUE = '2026-03-20T10:00:00+01:00';
const DUE_AT = '2026-03-20T09:00:00.000Z';
