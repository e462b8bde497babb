import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  AdHocPriceAnswered,
  type DataOf,
  type Event,
  type SessionEvent,
  SessionHeld,
  adHocPriceRequests,
  newEvent,
} from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import { asAdmin } from '@chargemesh/persistence/testing';
import { eventually } from '@chargemesh/testing';
import { correctionOf, finalized, started } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import { Providers } from '../providers/providers.js';
import { SandboxProvider } from '../providers/sandbox/sandbox.provider.js';
import { Reconciliation } from '../reconciliation/reconciliation.service.js';
import { ReceiptsStore } from '../receipts/receipts.store.js';
import type { Offer, PaymentView } from './checkout.port.js';
import type { PaymentItem } from './payments.schema.js';
import { PaymentsStore } from './payments.store.js';
import { PaymentsTelemetry } from './payments.telemetry.js';
import { SessionsOfPayments } from './sessions-of-payments.service.js';
import { OPERATOR, PAYMENTS, PaymentsBench, billed, ended, offer, sessionOf } from './testing/bench.js';

describe('an ad hoc payment', () => {
  let bench: PaymentsBench;

  beforeAll(async () => {
    bench = await PaymentsBench.start();
  });
  afterAll(() => bench?.stop());
  afterEach(() => bench.clock.advance(1));

  it('has one page for who presses twice, however long the provider takes for it', async () => {
    const sandbox = bench.platform.app.get(SandboxProvider, { strict: false });
    const open = sandbox.open.bind(sandbox);
    const opened = jest.spyOn(sandbox, 'open').mockImplementation(async (asked) => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return open(asked);
    });
    try {
      const at = { attempt: uuidv7(), stationId: `CS-${uuidv7()}` };
      const [one, other] = await Promise.all([bench.open(at), bench.open(at)]);
      expect(other).toEqual(one);
      expect(opened).toHaveBeenCalledTimes(1);
      expect(await bench.view(one.reference)).toMatchObject({ state: 'authorizing' });
    } finally {
      opened.mockRestore();
    }
  });

  it('is paid also where what the provider tells of the card is none of its digits', async () => {
    const sandbox = bench.platform.app.get(SandboxProvider, { strict: false });
    const read = sandbox.read.bind(sandbox);
    const told = jest
      .spyOn(sandbox, 'read')
      .mockImplementation(async (at) => ({ ...(await read(at)), cardLast4: '**42' }));
    try {
      const { paymentId } = await bench.paid();
      expect((await bench.item(paymentId)).cardLast4).toBeUndefined();
    } finally {
      told.mockRestore();
    }
  });

  it('holds, starts, charges and captures what the CDR says, to the cent', async () => {
    const payment = await bench.charging();
    await bench.platform.send([bench.costs(payment.session, 1, '3.21')]);
    await eventually(async () =>
      expect(await bench.view(payment.reference)).toMatchObject({ cost: '3.21', energyWh: 5_000 }),
    );
    await bench.platform.send([ended(payment.session)]);
    await bench.comesTo(payment.reference, 'ended');
    await bench.platform.send([billed(payment.session, '12.34')]);
    const seen = await bench.comesTo(payment.reference, 'captured');
    expect(seen).toMatchObject({
      capturedAmount: '12.34',
      cost: '12.34',
      stoppable: false,
      cdr: { totalInclTaxes: '12.34' },
    });
    const { timeline, ...shown } = await bench.item(payment.paymentId);
    expect(shown).toMatchObject({
      ...{ stationId: payment.stationId, evseId: 1, sessionId: payment.session.sessionId, state: 'captured' },
      ...{
        authorizedAmount: '50.00',
        capturedAmount: '12.34',
        refundedAmount: '0.00',
        shortfall: '0.00',
        provider: 'sandbox',
      },
    });
    expect(timeline.map(({ event, state }) => `${event} → ${state}`)).toEqual([
      'authorized → starting',
      'start-accepted → waiting-for-plug',
      'session-started → charging',
      'session-ended → ended',
      'cdr → capturing',
      'captured → captured',
    ]);
    expect(bench.settled.filter(({ paymentId }) => paymentId === payment.paymentId)).toHaveLength(1);
  });

  it('is started by what was agreed, on a token that is for it alone', async () => {
    const { paymentId, stationId } = await bench.paid();
    const [request] = await bench.requestsOf(paymentId);
    expect(request?.data).toMatchObject({ stationId, evseId: 1, price: offer.price, expiresAt: expect.any(String) });
    expect(request?.data['tokenUid']).toMatch(/^[A-Z2-9]{20}$/);
  });

  it('asks the bank, where the driver has to confirm', async () => {
    const { redirectUrl, reference } = await bench.open();
    const challenge = await bench.choose(redirectUrl, 'challenge');
    expect([challenge.status, challenge.headers.get('location')]).toEqual([303, redirectUrl]);
    const page = await (await fetch(`${bench.platform.url}${redirectUrl}`)).text();
    expect(page).toContain('3-D Secure');
    expect(page).not.toContain('value="challenge"');
    const done = await bench.choose(redirectUrl, 'approve');
    expect(done.headers.get('location')).toBe(`/pay/p/${reference}`);
    await bench.comesTo(reference, 'starting');
  });

  it('is declined, holds nothing and starts nothing', async () => {
    const { redirectUrl, reference } = await bench.open();
    await bench.choose(redirectUrl, 'decline');
    const { paymentId } = await bench.comesTo(reference, 'declined');
    expect(await bench.requestsOf(paymentId)).toEqual([]);
    // A choice is final, and the page leads back.
    const again = await bench.choose(redirectUrl, 'approve');
    expect([again.status, again.headers.get('location')]).toEqual([303, `/pay/p/${reference}`]);
    await bench.checkout.returned(reference);
    expect((await bench.view(reference)).state).toBe('declined');
  });

  it('asks for a start with its limit, as a cost and as the energy that costs as much at least', async () => {
    const { paymentId } = await bench.paid();
    const [start] = await bench.requestsOf(paymentId);
    expect(start?.data['limit']).toEqual({ maxCost: '47.50', maxEnergyWh: 80_509 });
  });

  it.each(['rejected', 'not-connected', 'timed-out', 'evse-unknown'] as const)(
    'gives back what is held when the start is %s and nobody tries again, and withdraws it',
    async (status) => {
      const payment = await bench.paid();
      await bench.platform.send([bench.answered(payment, status)]);
      await bench.startFailed(payment.reference);
      await bench.comesTo(payment.reference, 'released');
      const requests = await bench.requestsOf(payment.paymentId);
      expect(requests.map(({ type, data }) => [type, data['reason']])).toEqual([
        ['start-requested', undefined],
        ['stop-requested', 'released'],
      ]);
    },
  );

  it('gives back what is held when nobody plugs in, and stops what begins later', async () => {
    const payment = await bench.paid();
    await bench.platform.send([bench.answered(payment, 'unknown')]);
    await bench.comesTo(payment.reference, 'waiting-for-plug');
    await bench.after(301);
    expect((await bench.view(payment.reference)).state).toBe('waiting-for-plug');
    await bench.platform.send([await bench.stopAnswered(payment, 'nothing-to-stop')]);
    const seen = await bench.comesTo(payment.reference, 'released');
    expect(seen.reason).toBe('not-plugged-in');
    await bench.platform.send([started(OPERATOR, sessionOf(payment))]);
    await eventually(async () =>
      expect((await bench.requestsOf(payment.paymentId)).filter(({ type }) => type === 'stop-requested')).toHaveLength(
        2,
      ),
    );
  });

  it.each(['accepted', 'not-connected'] as const)(
    'keeps what is held when a car charges of which it hears late (%s)',
    async (answer) => {
      const payment = await bench.paid();
      await bench.after(301);
      await bench.platform.send([await bench.stopAnswered(payment, answer)]);
      await bench.comesTo(payment.reference, 'charging');
      const of = sessionOf(payment);
      await bench.platform.send([started(OPERATOR, of), ended(of), billed(of, '3.21')]);
      expect(await bench.comesTo(payment.reference, 'captured')).toMatchObject({ capturedAmount: '3.21' });
    },
  );

  it('gives back what is held when nobody says whether a car charges', async () => {
    const payment = await bench.paid();
    for (const seconds of [301, 61, 121, 241]) await bench.after(seconds);
    expect((await bench.view(payment.reference)).state).toBe('starting');
    await bench.after(481);
    expect((await bench.comesTo(payment.reference, 'released')).reason).toBe('start-timed-out');
    expect(await bench.stopsOf(payment.paymentId)).toHaveLength(5);
  });

  it('is given up by its driver, and given back when nothing has begun', async () => {
    const payment = await bench.paid();
    await bench.checkout.stop(payment.reference);
    expect(await bench.view(payment.reference)).toMatchObject({ state: 'starting', stoppable: false });
    await bench.platform.send([await bench.stopAnswered(payment, 'nothing-to-stop')]);
    expect((await bench.comesTo(payment.reference, 'released')).reason).toBe('cancelled');
  });

  it('gives back what is held when nothing is due', async () => {
    const payment = await bench.charging();
    await bench.platform.send([ended(payment.session), billed(payment.session, '0.00')]);
    expect((await bench.comesTo(payment.reference, 'released')).reason).toBe('nothing-to-pay');
  });

  it('stops before the cost reaches what is held, and captures no more than that', async () => {
    const payment = await bench.charging();
    await bench.platform.send([bench.costs(payment.session, 1, '47.51')]);
    await eventually(async () =>
      expect((await bench.requestsOf(payment.paymentId)).map(({ data }) => data['reason'])).toEqual([
        undefined,
        'limit',
      ]),
    );
    await bench.platform.send([ended(payment.session), billed(payment.session, '51.20')]);
    await bench.comesTo(payment.reference, 'captured');
    expect(await bench.item(payment.paymentId)).toMatchObject({
      capturedAmount: '50.00',
      dueAmount: '51.20',
      shortfall: '1.20',
    });
  });

  it('asks for a stop again that the station did not take', async () => {
    const payment = await bench.charging();
    await bench.checkout.stop(payment.reference);
    expect((await bench.view(payment.reference)).stoppable).toBe(false);
    await bench.platform.send([await bench.stopAnswered(payment, 'not-connected')]);
    await eventually(async () =>
      expect((await bench.item(payment.paymentId)).timeline.at(-1)).toMatchObject({ event: 'stop-failed' }),
    );
    expect((await bench.view(payment.reference)).stoppable).toBe(true);
    await bench.after(31);
    await eventually(async () => expect(await bench.stopsOf(payment.paymentId)).toEqual(['driver', 'driver']));
  });

  it('asks for a stop again that was accepted and had no effect', async () => {
    const payment = await bench.charging();
    await bench.checkout.stop(payment.reference);
    bench.clock.advance(1);
    await bench.platform.send([await bench.stopAnswered(payment, 'accepted')]);
    await eventually(async () =>
      expect((await bench.item(payment.paymentId)).timeline.at(-1)).toMatchObject({ event: 'stop-accepted' }),
    );
    await bench.after(61);
    await eventually(async () => expect(await bench.stopsOf(payment.paymentId)).toEqual(['driver', 'driver']));
  });

  it('asks for a stop again after what was held is given back, until there is nothing to stop', async () => {
    const payment = await bench.paid();
    await bench.platform.send([bench.answered(payment, 'timed-out')]);
    await bench.startFailed(payment.reference);
    await bench.comesTo(payment.reference, 'released');
    await bench.platform.send([await bench.stopAnswered(payment, 'not-connected')]);
    await eventually(async () =>
      expect((await bench.item(payment.paymentId)).timeline.at(-1)).toMatchObject({ event: 'stop-failed' }),
    );
    await bench.after(31);
    await eventually(async () => expect(await bench.stopsOf(payment.paymentId)).toHaveLength(2));
    await bench.platform.send([await bench.stopAnswered(payment, 'nothing-to-stop')]);
    await eventually(async () =>
      expect((await bench.item(payment.paymentId)).timeline.at(-1)).toMatchObject({ event: 'nothing-to-stop' }),
    );
    await bench.after(86_400);
    expect(await bench.stopsOf(payment.paymentId)).toHaveLength(2);
  });

  it('waits while its session is held for a person, and is captured when that has decided', async () => {
    const payment = await bench.charging();
    const { sessionId, stationId, evseId, transactionId } = payment.session;
    const held = {
      sessionId,
      version: 3,
      stationId,
      evseId,
      transactionId,
      reasons: ['above-limit'],
      explanation: 'x',
      flags: [],
    };
    await bench.platform.send([
      ended(payment.session),
      newEvent(SessionHeld, { operatorId: OPERATOR, time: '2026-03-02T10:00:01Z', data: held }),
    ]);
    await bench.comesTo(payment.reference, 'checking');
    await bench.platform.send([
      finalized(OPERATOR, { ...payment.session, version: 4 }),
      billed(payment.session, '7.00'),
    ]);
    expect((await bench.comesTo(payment.reference, 'captured')).capturedAmount).toBe('7.00');
  });

  it("gives back a held session's hold a day before it ends", async () => {
    const payment = await bench.charging();
    await bench.platform.send([ended(payment.session)]);
    await bench.comesTo(payment.reference, 'ended');
    await bench.after(6 * 86_400 + 1);
    expect((await bench.comesTo(payment.reference, 'released')).reason).toBe('not-priced-in-time');
  });

  it('gives the difference back when the bill is corrected, and all of it when nothing is due any more', async () => {
    const payment = await bench.charging();
    const first = billed(payment.session, '12.34');
    await bench.platform.send([ended(payment.session), first]);
    await bench.comesTo(payment.reference, 'captured');
    const [credit, replacement] = correctionOf(first, { totalInclTaxes: '10.00' });
    await bench.platform.send([credit, replacement]);
    await eventually(async () => expect((await bench.view(payment.reference)).refundedAmount).toBe('2.34'));
    await bench.platform.send(correctionOf(replacement, { totalInclTaxes: '0.00' }));
    expect(await bench.comesTo(payment.reference, 'refunded')).toMatchObject({
      capturedAmount: '12.34',
      refundedAmount: '12.34',
    });
    expect(bench.settled.filter(({ paymentId }) => paymentId === payment.paymentId)).toHaveLength(3);
  });

  it('asks for a refund again that failed until nobody tried it any more', async () => {
    const payment = await bench.charging();
    const first = billed(payment.session, '12.34');
    await bench.platform.send([ended(payment.session), first]);
    await bench.comesTo(payment.reference, 'captured');
    const { platform, clock } = bench;
    const refund = jest.spyOn(platform.app.get(SandboxProvider, { strict: false }), 'refund');
    refund.mockRejectedValue(new Error('out of order'));
    await platform.send(correctionOf(first, { totalInclTaxes: '10.00' }));
    await eventually(async () => expect(refund).toHaveBeenCalled());
    await eventually(async () => {
      clock.advance(8 * 86_400);
      expect(await waitingRefunds(platform.adminUrl)).toBe(0);
    });
    expect(await bench.item(payment.paymentId)).toMatchObject({ refundWanted: '2.34', refundedAmount: '0.00' });
    refund.mockRestore();
    await platform.app.get(Reconciliation, { strict: false }).reconcile();
    // The driver's link may have expired by now.
    await eventually(async () => expect((await bench.item(payment.paymentId)).refundedAmount).toBe('2.34'));
  });

  describe('captured at the provider by hand', () => {
    const capture = async ({ operatorId, paymentId }: PaymentView, units: number) => {
      const sandbox = bench.platform.app.get(SandboxProvider, { strict: false });
      await sandbox.capture({ operatorId, paymentId, checkoutRef: null, currency: 'EUR' }, units);
      return sandbox;
    };
    const documentsOf = ({ operatorId, paymentId }: PaymentView) =>
      bench.platform.app.get(ReceiptsStore, { strict: false }).ofPayment(operatorId, paymentId);

    it('is given back as a whole, without a receipt, when there is no CDR', async () => {
      const payment = await bench.paid();
      await capture(payment, 1_000);
      await bench.platform.send([bench.answered(payment, 'rejected')]);
      await bench.startFailed(payment.reference);
      expect(await bench.comesTo(payment.reference, 'refunded')).toMatchObject({
        ...{ capturedAmount: '10.00', refundedAmount: '10.00' },
      });
      expect(await documentsOf(payment)).toEqual([]);
    });

    it('and refunded there before it was read, has a receipt and a credit note', async () => {
      const payment = await bench.charging();
      const sandbox = await capture(payment, 1_234);
      const at = { operatorId: OPERATOR, paymentId: payment.paymentId, checkoutRef: null, currency: 'EUR' };
      await sandbox.refund(at, 234, 'by hand');
      await bench.platform.send([ended(payment.session), billed(payment.session, '12.34')]);
      await bench.comesTo(payment.reference, 'captured');
      expect((await documentsOf(payment)).map(({ kind, paid }) => [kind, paid])).toEqual([
        ['receipt', '12.34'],
        ['credit-note', '2.34'],
      ]);
    });
  });

  it('is a difference where nobody told of it, and none where a webhook or a browser did', async () => {
    const differed = jest.spyOn(bench.platform.app.get(PaymentsTelemetry, { strict: false }), 'differed');
    const told = await bench.open();
    await bench.choose(told.redirectUrl, 'approve');
    await bench.comesTo(told.reference, 'starting');
    await bench.paid();
    expect(differed).not.toHaveBeenCalled();
    const lost = await bench.open();
    const { paymentId } = await bench.view(lost.reference);
    const approved = `UPDATE payments.sandbox_checkouts SET outcome = 'approve', decided_at = $1 WHERE payment_id = $2`;
    await asAdmin(bench.platform.adminUrl, (admin) => admin.query(approved, [bench.clock.now(), paymentId]));
    await bench.platform.app.get(Reconciliation, { strict: false }).reconcile();
    await bench.comesTo(lost.reference, 'starting');
    await eventually(() => expect(differed).toHaveBeenCalledTimes(1));
    differed.mockRestore();
  });

  it('is counted by its state, with how long its hold still lasts', async () => {
    await bench.charging();
    const { app } = bench.platform;
    const counted = await app
      .get(Database, { strict: false })
      .transaction([OPERATOR], (tx) =>
        app.get(PaymentsStore, { strict: false }).countUnsettled(tx, new Date(bench.clock.now().getTime() + 3_600_000)),
      );
    const { count, holdLeftS } = counted.find(({ state }) => state === 'charging')!;
    expect(count).toBeGreaterThan(0);
    expect(holdLeftS).toBeGreaterThan(6 * 86_400);
    expect(holdLeftS).toBeLessThanOrEqual(7 * 86_400 - 3_600);
  });

  it('is known by its token when the CDR is heard before the session', async () => {
    const payment = await bench.paid();
    const of = sessionOf(payment);
    await bench.platform.send([billed(of, '4.56')]);
    await bench.comesTo(payment.reference, 'captured');
    await bench.platform.send([started(OPERATOR, of), ended(of)]);
    await eventually(async () => expect((await bench.item(payment.paymentId)).sessionId).toBe(of.sessionId));
    expect((await bench.view(payment.reference)).capturedAmount).toBe('4.56');
  });

  it('is not taken over by a session that begins on its token at another EVSE', async () => {
    const payment = await bench.paid();
    const [own, stray] = [sessionOf(payment), { ...sessionOf(payment), evseId: 2 }];
    const elsewhere = { ...sessionOf(payment), stationId: 'CS-ELSEWHERE' };
    await bench.platform.send([started(OPERATOR, stray), ended(stray), started(OPERATOR, elsewhere)]);
    await bench.platform.send([billed(elsewhere, '9.99'), started(OPERATOR, own)]);
    await bench.comesTo(payment.reference, 'charging');
    expect(await bench.item(payment.paymentId)).toMatchObject({ sessionId: own.sessionId, state: 'charging' });
    await bench.platform.send([ended(own), billed(own, '4.56')]);
    expect((await bench.comesTo(payment.reference, 'captured')).capturedAmount).toBe('4.56');
  });

  it('is for the first of two sessions that begin on its token in one batch', async () => {
    const payment = await bench.paid();
    const [first, second] = [sessionOf(payment), sessionOf(payment)];
    const told = [started(OPERATOR, first), started(OPERATOR, second), ended(second)] as SessionEvent[];
    const { app } = bench.platform;
    const sessions = app.get(SessionsOfPayments, { strict: false });
    await app.get(Database, { strict: false }).transaction([OPERATOR], (tx) => sessions.onSessions(told, tx));
    expect(await bench.item(payment.paymentId)).toMatchObject({ sessionId: first.sessionId, state: 'charging' });
    expect(await bench.stopsOf(payment.paymentId)).toEqual(['released']);
  });

  it('is one for a browser at an EVSE, and one at a time before it charges', async () => {
    const attempt = uuidv7();
    const [one, two] = await Promise.all([
      bench.open({ stationId: 'CS-A', attempt }),
      bench.open({ stationId: 'CS-A', attempt }),
    ]);
    expect(one.reference).toBe(two.reference);
    const other = await bench.open({ stationId: 'CS-B', attempt });
    expect(other.reference).not.toBe(one.reference);
    await bench.comesTo(one.reference, 'failed');
    await bench.choose(other.redirectUrl, 'approve');
    await bench.comesTo(other.reference, 'starting');
    const again = await bench.open({ stationId: 'CS-B', attempt });
    expect([again.reference, again.redirectUrl]).toEqual([other.reference, `/pay/p/${other.reference}`]);
  });

  it('is not opened where somebody else has paid and is about to plug in', async () => {
    const { redirectUrl, reference, stationId } = await bench.open();
    const other = await bench.open({ stationId });
    await bench.choose(redirectUrl, 'approve');
    await bench.comesTo(reference, 'starting');
    await expect(bench.open({ stationId })).rejects.toThrow('taken');
    expect(await bench.open({ stationId, evseId: 2 })).toHaveProperty('reference');
    await bench.choose(other.redirectUrl, 'approve');
    expect(await bench.comesTo(other.reference, 'released')).toMatchObject({ reason: 'evse-taken' });
    const { paymentId } = await bench.view(other.reference);
    expect(await bench.requestsOf(paymentId)).toEqual([]);
    await bench.checkout.stop(reference);
    await bench.platform.send([await bench.stopAnswered(await bench.view(reference), 'nothing-to-stop')]);
    await bench.comesTo(reference, 'released');
    expect(await bench.open({ stationId })).toHaveProperty('reference');
  });

  it('starts one of two who pay at the same moment, and gives the other one back what was held', async () => {
    const first = await bench.open();
    const both = [first, await bench.open({ stationId: first.stationId })];
    await Promise.all(both.map(({ redirectUrl }) => bench.choose(redirectUrl, 'approve')));
    await Promise.all(both.map(({ reference }) => bench.checkout.returned(reference)));
    await eventually(async () => {
      const states = await Promise.all(both.map(async ({ reference }) => (await bench.view(reference)).state));
      expect(states.sort()).toEqual(['released', 'starting']);
    });
  });

  it('is opened anew where the price or the hold is another than the one that was agreed before', async () => {
    const at = { stationId: 'CS-C', attempt: uuidv7() };
    const quote = { offer, hold: '50.00', limit: '47.50' };
    const dearer = { ...quote, offer: { ...offer, price: { ...offer.price, tariffVersion: 4 } } };
    const first = await bench.open({ ...at, quote });
    const second = await bench.open({ ...at, quote: dearer });
    expect((await bench.view(second.reference)).offer.price?.tariffVersion).toBe(4);
    await bench.comesTo(first.reference, 'failed');
    const third = await bench.open({ ...at, quote: { ...dearer, hold: '30.00' } });
    expect(third.reference).not.toBe(second.reference);
    await bench.choose(third.redirectUrl, 'approve');
    await bench.comesTo(third.reference, 'starting');
    expect((await bench.open({ ...at, quote })).reference).toBe(third.reference);
  });

  it('is listed by station, session, state and time', async () => {
    const { stationId, session: of, paymentId } = await bench.charging();
    const list = async (query: string) =>
      (await bench.platform.ask<{ items: PaymentItem[] }>(bench.apiKey, 'GET', `${PAYMENTS}?${query}`)).body.items.map(
        ({ id }) => id,
      );
    expect(await list(`stationId=${stationId}`)).toEqual([paymentId]);
    expect(await list(`sessionId=${of.sessionId}`)).toEqual([paymentId]);
    expect(await list('state=charging&limit=500')).toContain(paymentId);
    expect(await list('to=2020-01-01T00:00:00Z')).toEqual([]);
  });

  it("is nobody else's, and no guess opens it", async () => {
    const { reference, paymentId } = await bench.paid();
    const theirs = await bench.platform.admit({ operatorId: '01900000-0000-7000-8000-000000000002', partyId: 'XYZ' });
    await eventually(async () => expect((await bench.platform.ask(theirs, 'GET', PAYMENTS)).status).toBe(200));
    expect((await bench.platform.ask(theirs, 'GET', `${PAYMENTS}/${paymentId}`)).status).toBe(404);
    expect(await bench.checkout.view(`${reference.slice(0, -1)}x`)).toBeUndefined();
    expect(await bench.checkout.view('x')).toBeUndefined();
    expect((await fetch(`${bench.platform.url}/pay/sandbox/${reference}`)).status).toBe(404);
  });

  describe('shows a price', () => {
    const answer = async (given: Offer | undefined) => {
      const known = new Set((await bench.platform.told(adHocPriceRequests)).map(({ id }) => id));
      const asking = bench.checkout.quote({
        operatorId: OPERATOR,
        stationId: 'CS-1',
        evseId: 1,
        maxPowerW: 50_000,
        language: 'de',
      });
      const request = await eventually(async () => {
        const found = (await bench.platform.told(adHocPriceRequests)).find(({ id }) => !known.has(id));
        expect(found).toBeDefined();
        return found as Event;
      });
      const { at: _at, language: _language, ...asked } = request.data as never as Record<'at' | 'language', string>;
      const data = { ...(asked as never as DataOf<typeof AdHocPriceAnswered>), ...(given ? { offer: given } : {}) };
      await bench.platform.send([newEvent(AdHocPriceAnswered, { operatorId: OPERATOR, time: request.time, data })]);
      return asking;
    };

    it('with what is held by power class, or as the tariff says', async () => {
      expect(await answer(offer)).toEqual({ offer, hold: '60.00', limit: '57.00', maxPowerW: 50_000 });
      const own = { ...offer, preauthorizeAmount: '35' };
      expect(await answer(own)).toMatchObject({ offer: own, hold: '35.00', limit: '33.25' });
    });

    it("but takes no money where there is none, or its currency is nobody's", async () => {
      expect(await answer(undefined)).toBe('no-tariff');
      expect(await answer({ ...offer, currency: 'KWD' })).toBe('no-provider');
    });

    it('but sells nothing in a country that is not cleared, unless the operator has cleared it with a reason', async () => {
      const inItaly = { ...offer, country: 'ITA' };
      const { country: _country, ...nowhere } = offer;
      // At the sandbox nothing is sold.
      expect([await answer(inItaly), await answer(nowhere)]).toMatchObject([{ hold: '60.00' }, { hold: '60.00' }]);
      const providers = bench.platform.app.get(Providers, { strict: false });
      const provider = (await providers.among([], 'EUR'))!.provider;
      const taking = jest.spyOn(providers, 'among').mockResolvedValue({ provider, accountId: uuidv7() });
      expect([await answer(inItaly), await answer(nowhere)]).toEqual(['not-cleared', 'not-cleared']);
      const path = '/api/payments/v1/ad-hoc-clearance/ITA';
      const put = (body: object) => bench.platform.ask(bench.apiKey, 'PUT', path, body);
      expect((await put({})).status).toBe(400);
      expect((await put({ reason: 'Our register printer reports each sale' })).status).toBe(200);
      // What is missing now is who issues the receipts.
      expect(await answer(inItaly)).toBe('no-provider');
      expect((await bench.platform.ask(bench.apiKey, 'DELETE', path)).status).toBe(204);
      expect(await answer(inItaly)).toBe('not-cleared');
      taking.mockRestore();
    });

    it('but takes no real money before somebody has said who issues the receipts', async () => {
      const providers = bench.platform.app.get(Providers, { strict: false });
      const sandbox = await providers.forNew(OPERATOR, 'EUR');
      const real = jest.spyOn(providers, 'among').mockResolvedValue({ ...sandbox!, accountId: uuidv7() });
      expect(await answer(offer)).toBe('no-provider');
      const issuer = { name: 'Sold GmbH', address: ['Street 1', '12345 Town'] };
      await bench.platform.ask(bench.apiKey, 'PUT', '/api/payments/v1/receipt-issuer', issuer);
      expect(await answer(offer)).toMatchObject({ hold: '60.00' });
      real.mockRestore();
    });
  });
});

const waitingRefunds = (adminUrl: string): Promise<number> =>
  asAdmin(adminUrl, async (admin) => {
    const sql = `SELECT 1 FROM payments.outbound_calls WHERE kind = 'payment-refund' AND state = 'waiting'`;
    return (await admin.query(sql)).rows.length;
  });
