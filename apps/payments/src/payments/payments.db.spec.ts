import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AdHocPriceAnswered,
  type DataOf,
  type Event,
  SessionCost,
  SessionEnded,
  SessionHeld,
  StartAnswered,
  StopAnswered,
  adHocPriceRequests,
  newEvent,
  startRequests,
} from '@chargemesh/contracts';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { cdr, correctionOf, finalized, session, started } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import { paymentsService } from '../index.js';
import { CHECKOUT, type Checkout, type Offer, type PaymentView, type Quote } from './checkout.port.js';
import { PaymentsKeeper } from './keeper.service.js';
import type { PaymentDetail, PaymentItem } from './payments.schema.js';

const OPERATOR = '01900000-0000-7000-8000-000000000001';
const PAYMENTS = '/api/payments/v1/payments';

const offer: Offer = {
  price: { tariffId: uuidv7(), tariffVersion: 3, vatPercent: '19' },
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  locale: 'de',
  prices: [{ kind: 'energy', component: 'ENERGY', amount: '0.59', text: '0,59 € je kWh' }],
  notes: [],
};
const quote: Quote = { offer, hold: '50.00', limit: '47.50' };

describe('an ad hoc payment', () => {
  let platform: TestServices;
  let checkout: Checkout;
  let apiKey: string;
  const clock = new ManualClock('2026-03-02T09:00:00.000Z');
  const settledViews: PaymentView[] = [];

  beforeAll(async () => {
    platform = await startTestServices([paymentsService], { clock, environment: { SANDBOX_PAYMENTS: 'true' } });
    apiKey = await platform.admit({ operatorId: OPERATOR });
    await eventually(async () => expect((await platform.ask(apiKey, 'GET', PAYMENTS)).status).toBe(200));
    checkout = platform.app.get<Checkout>(CHECKOUT, { strict: false });
    checkout.onSettled((_, view) => Promise.resolve(void settledViews.push(view)));
  });
  afterAll(() => platform?.stop());
  afterEach(() => clock.advance(1));

  let stations = 0;
  const open = async (more: Partial<Parameters<Checkout['open']>[0]> = {}) => {
    const stationId = `CS-${(stations += 1)}`;
    const at = { operatorId: OPERATOR, stationId, evseId: 1, quote, language: 'de', attempt: uuidv7() };
    const opened = await checkout.open({ ...at, ...more });
    return { ...opened, stationId };
  };
  const choose = (path: string, outcome: string) =>
    fetch(`${platform.url}${path}`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ outcome }) });
  const view = async (reference: string) => (await checkout.view(reference)) as PaymentView;
  const comesTo = (reference: string, state: PaymentView['state']) =>
    eventually(async () => {
      const seen = await view(reference);
      expect(seen.state).toBe(state);
      return seen;
    });
  const requestsOf = async (paymentId: string): Promise<Event[]> =>
    (await platform.told(startRequests)).filter(({ data }) => data['requestId'] === paymentId);
  const tokenOf = async (paymentId: string): Promise<string> =>
    eventually(async () => {
      const [start] = await requestsOf(paymentId);
      expect(start).toBeDefined();
      return String(start?.data['tokenUid']);
    });
  const answered = (
    { paymentId: requestId, stationId }: PaymentView,
    status: DataOf<typeof StartAnswered>['status'],
  ) => {
    const time = clock.now().toISOString();
    const data = { requestId, stationId, evseId: 1, status, at: time };
    return newEvent(StartAnswered, { operatorId: OPERATOR, time, data });
  };
  const item = async (paymentId: string) =>
    (await platform.ask<PaymentDetail>(apiKey, 'GET', `${PAYMENTS}/${paymentId}`)).body;

  /** Paid, and the start asked for. */
  const paid = async () => {
    const opened = await open();
    expect((await choose(opened.redirectUrl, 'approve')).status).toBe(303);
    await checkout.returned(opened.reference);
    const seen = await comesTo(opened.reference, 'starting');
    return { ...seen, tokenUid: await tokenOf(seen.paymentId) };
  };
  const sessionOf = ({ stationId, tokenUid }: { stationId: string; tokenUid: string }) =>
    session({
      stationId,
      token: { uid: tokenUid, type: 'AD_HOC_USER', contractId: tokenUid, countryCode: 'DE', partyId: 'ABC' },
    });
  const charging = async () => {
    const payment = await paid();
    const of = sessionOf(payment);
    await platform.send([answered(payment, 'accepted')]);
    await comesTo(payment.reference, 'waiting-for-plug');
    await platform.send([started(OPERATOR, of)]);
    await comesTo(payment.reference, 'charging');
    return { ...payment, session: of };
  };
  const ended = ({ sessionId, stationId, evseId, transactionId, endedAt, energyWh }: ReturnType<typeof session>) => {
    const data = { sessionId, version: 2, stationId, evseId, transactionId, endedAt, energyWh, reason: 'Local' };
    return newEvent(SessionEnded, { operatorId: OPERATOR, time: endedAt, data });
  };
  const costs = (of: ReturnType<typeof session>, version: number, totalInclTaxes: string) => {
    const { sessionId, stationId, evseId, transactionId } = of;
    const at = clock.now().toISOString();
    const data = {
      sessionId,
      version,
      stationId,
      evseId,
      transactionId,
      currency: 'EUR',
      totalBeforeTaxes: '1',
      totalInclTaxes,
    };
    return newEvent(SessionCost, {
      operatorId: OPERATOR,
      time: at,
      data: { ...data, energyWh: 5_000, at, final: false },
    });
  };
  const billed = ({ sessionId, stationId, token }: ReturnType<typeof session>, totalInclTaxes: string) =>
    cdr(OPERATOR, { sessionId, stationId, token, totalInclTaxes });

  it('holds, starts, charges and captures what the CDR says, to the cent', async () => {
    const payment = await charging();
    await platform.send([costs(payment.session, 1, '3.21')]);
    await eventually(async () =>
      expect(await view(payment.reference)).toMatchObject({ cost: '3.21', energyWh: 5_000 }),
    );
    await platform.send([ended(payment.session)]);
    await comesTo(payment.reference, 'ended');
    await platform.send([billed(payment.session, '12.34')]);
    const seen = await comesTo(payment.reference, 'captured');
    expect(seen).toMatchObject({
      capturedAmount: '12.34',
      cost: '12.34',
      stoppable: false,
      cdr: { totalInclTaxes: '12.34' },
    });
    const { timeline, ...shown } = await item(payment.paymentId);
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
    expect(settledViews.filter(({ paymentId }) => paymentId === payment.paymentId)).toHaveLength(1);
  });

  it('is started by what was agreed, on a token that is for it alone', async () => {
    const { paymentId, stationId } = await paid();
    const [request] = await requestsOf(paymentId);
    expect(request?.data).toMatchObject({ stationId, evseId: 1, price: offer.price, expiresAt: expect.any(String) });
    expect(request?.data['tokenUid']).toMatch(/^[A-Z2-9]{20}$/);
  });

  it('asks the bank, where the driver has to confirm', async () => {
    const { redirectUrl, reference } = await open();
    const challenge = await choose(redirectUrl, 'challenge');
    expect([challenge.status, challenge.headers.get('location')]).toEqual([303, redirectUrl]);
    const page = await (await fetch(`${platform.url}${redirectUrl}`)).text();
    expect(page).toContain('3-D Secure');
    expect(page).not.toContain('value="challenge"');
    const done = await choose(redirectUrl, 'approve');
    expect(done.headers.get('location')).toBe(`/pay/p/${reference}`);
    await comesTo(reference, 'starting');
  });

  it('is declined, holds nothing and starts nothing', async () => {
    const { redirectUrl, reference } = await open();
    await choose(redirectUrl, 'decline');
    const { paymentId } = await comesTo(reference, 'declined');
    expect(await requestsOf(paymentId)).toEqual([]);
    // A choice is final, and the page leads back.
    const again = await choose(redirectUrl, 'approve');
    expect([again.status, again.headers.get('location')]).toEqual([303, `/pay/p/${reference}`]);
    await checkout.returned(reference);
    expect((await view(reference)).state).toBe('declined');
  });

  it.each(['rejected', 'not-connected', 'timed-out', 'evse-unknown'] as const)(
    'gives back what is held when the start is %s, and withdraws it',
    async (status) => {
      const payment = await paid();
      await platform.send([answered(payment, status)]);
      await comesTo(payment.reference, 'released');
      const requests = await requestsOf(payment.paymentId);
      expect(requests.map(({ type, data }) => [type, data['reason']])).toEqual([
        ['start-requested', undefined],
        ['stop-requested', 'released'],
      ]);
    },
  );

  it('gives back what is held when nobody plugs in, and stops what begins later', async () => {
    const payment = await paid();
    await platform.send([answered(payment, 'unknown')]);
    await comesTo(payment.reference, 'waiting-for-plug');
    clock.advance(301);
    await platform.app.get(PaymentsKeeper, { strict: false }).keepDeadlines();
    const seen = await comesTo(payment.reference, 'released');
    expect(seen.reason).toBe('not-plugged-in');
    await platform.send([started(OPERATOR, sessionOf(payment))]);
    await eventually(async () =>
      expect((await requestsOf(payment.paymentId)).filter(({ type }) => type === 'stop-requested')).toHaveLength(2),
    );
  });

  it('gives back what is held when nothing is due', async () => {
    const payment = await charging();
    await platform.send([ended(payment.session), billed(payment.session, '0.00')]);
    expect((await comesTo(payment.reference, 'released')).reason).toBe('nothing-to-pay');
  });

  it('stops before the cost reaches what is held, and captures no more than that', async () => {
    const payment = await charging();
    await platform.send([costs(payment.session, 1, '47.51')]);
    await eventually(async () =>
      expect((await requestsOf(payment.paymentId)).map(({ data }) => data['reason'])).toEqual([undefined, 'limit']),
    );
    await platform.send([ended(payment.session), billed(payment.session, '51.20')]);
    await comesTo(payment.reference, 'captured');
    expect(await item(payment.paymentId)).toMatchObject({
      capturedAmount: '50.00',
      dueAmount: '51.20',
      shortfall: '1.20',
    });
  });

  it('asks for a stop again that the station did not take', async () => {
    const payment = await charging();
    await checkout.stop(payment.reference);
    const [, stop] = await eventually(async () => {
      const requests = await requestsOf(payment.paymentId);
      expect(requests.map(({ data }) => data['reason'])).toEqual([undefined, 'driver']);
      return requests;
    });
    const at = clock.now().toISOString();
    const data = {
      requestId: payment.paymentId,
      stopId: String(stop?.data['stopId']),
      status: 'not-connected' as const,
      at,
    };
    await platform.send([newEvent(StopAnswered, { operatorId: OPERATOR, time: at, data })]);
    await eventually(async () =>
      expect((await item(payment.paymentId)).timeline.at(-1)).toMatchObject({ event: 'stop-failed' }),
    );
    clock.advance(31);
    await platform.app.get(PaymentsKeeper, { strict: false }).keepDeadlines();
    await eventually(async () => expect(await requestsOf(payment.paymentId)).toHaveLength(3));
  });

  it('waits while its session is held for a person, and is captured when that has decided', async () => {
    const payment = await charging();
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
    await platform.send([
      ended(payment.session),
      newEvent(SessionHeld, { operatorId: OPERATOR, time: '2026-03-02T10:00:01Z', data: held }),
    ]);
    await comesTo(payment.reference, 'checking');
    await platform.send([finalized(OPERATOR, { ...payment.session, version: 4 }), billed(payment.session, '7.00')]);
    expect((await comesTo(payment.reference, 'captured')).capturedAmount).toBe('7.00');
  });

  it("gives back a held session's hold a day before it ends", async () => {
    const payment = await charging();
    await platform.send([ended(payment.session)]);
    await comesTo(payment.reference, 'ended');
    clock.advance(6 * 86_400 + 1);
    await platform.app.get(PaymentsKeeper, { strict: false }).keepDeadlines();
    expect((await comesTo(payment.reference, 'released')).reason).toBe('not-priced-in-time');
  });

  it('gives the difference back when the bill is corrected, and all of it when nothing is due any more', async () => {
    const payment = await charging();
    const first = billed(payment.session, '12.34');
    await platform.send([ended(payment.session), first]);
    await comesTo(payment.reference, 'captured');
    const [credit, replacement] = correctionOf(first, { totalInclTaxes: '10.00' });
    await platform.send([credit, replacement]);
    await eventually(async () => expect((await view(payment.reference)).refundedAmount).toBe('2.34'));
    await platform.send(correctionOf(replacement, { totalInclTaxes: '0.00' }));
    expect(await comesTo(payment.reference, 'refunded')).toMatchObject({
      capturedAmount: '12.34',
      refundedAmount: '12.34',
    });
    expect(settledViews.filter(({ paymentId }) => paymentId === payment.paymentId)).toHaveLength(3);
  });

  it('is known by its token when the CDR is heard before the session', async () => {
    const payment = await paid();
    const of = sessionOf(payment);
    await platform.send([billed(of, '4.56')]);
    await comesTo(payment.reference, 'captured');
    await platform.send([started(OPERATOR, of), ended(of)]);
    await eventually(async () => expect((await item(payment.paymentId)).sessionId).toBe(of.sessionId));
    expect((await view(payment.reference)).capturedAmount).toBe('4.56');
  });

  it('is one for a browser at an EVSE, and one at a time before it charges', async () => {
    const first = await open();
    const attempt = (await platform.app.get<Checkout>(CHECKOUT, { strict: false }).view(first.reference)) && uuidv7();
    const [one, two] = await Promise.all([open({ stationId: 'CS-A', attempt }), open({ stationId: 'CS-A', attempt })]);
    expect(one.reference).toBe(two.reference);
    const other = await open({ stationId: 'CS-B', attempt });
    expect(other.reference).not.toBe(one.reference);
    await comesTo(one.reference, 'failed');
    await choose(other.redirectUrl, 'approve');
    await comesTo(other.reference, 'starting');
    const again = await open({ stationId: 'CS-B', attempt });
    expect([again.reference, again.redirectUrl]).toEqual([other.reference, `/pay/p/${other.reference}`]);
  });

  it('is listed by station, session, state and time', async () => {
    const { stationId, session: of, paymentId } = await charging();
    const list = async (query: string) =>
      (await platform.ask<{ items: PaymentItem[] }>(apiKey, 'GET', `${PAYMENTS}?${query}`)).body.items.map(
        ({ id }) => id,
      );
    expect(await list(`stationId=${stationId}`)).toEqual([paymentId]);
    expect(await list(`sessionId=${of.sessionId}`)).toEqual([paymentId]);
    expect(await list('state=charging&limit=500')).toContain(paymentId);
    expect(await list('to=2020-01-01T00:00:00Z')).toEqual([]);
  });

  it("is nobody else's, and no guess opens it", async () => {
    const { reference, paymentId } = await paid();
    const theirs = await platform.admit({ operatorId: '01900000-0000-7000-8000-000000000002', partyId: 'XYZ' });
    await eventually(async () => expect((await platform.ask(theirs, 'GET', PAYMENTS)).status).toBe(200));
    expect((await platform.ask(theirs, 'GET', `${PAYMENTS}/${paymentId}`)).status).toBe(404);
    expect(await checkout.view(`${reference.slice(0, -1)}x`)).toBeUndefined();
    expect(await checkout.view('x')).toBeUndefined();
    expect((await fetch(`${platform.url}/pay/sandbox/${reference}`)).status).toBe(404);
  });

  describe('shows a price', () => {
    const answer = async (given: Offer | undefined) => {
      const known = new Set((await platform.told(adHocPriceRequests)).map(({ id }) => id));
      const asking = checkout.quote({
        operatorId: OPERATOR,
        stationId: 'CS-1',
        evseId: 1,
        maxPowerW: 50_000,
        language: 'de',
      });
      const request = await eventually(async () => {
        const found = (await platform.told(adHocPriceRequests)).find(({ id }) => !known.has(id));
        expect(found).toBeDefined();
        return found as Event;
      });
      const { at: _at, language: _language, ...asked } = request.data as never as Record<'at' | 'language', string>;
      const data = { ...(asked as never as DataOf<typeof AdHocPriceAnswered>), ...(given ? { offer: given } : {}) };
      await platform.send([newEvent(AdHocPriceAnswered, { operatorId: OPERATOR, time: request.time, data })]);
      return asking;
    };

    it('with what is held by power class, or as the tariff says', async () => {
      expect(await answer(offer)).toEqual({ offer, hold: '60.00', limit: '57.00' });
      const own = { ...offer, preauthorizeAmount: '35' };
      expect(await answer(own)).toEqual({ offer: own, hold: '35.00', limit: '33.25' });
    });

    it("but takes no money where there is none, or its currency is nobody's", async () => {
      expect(await answer(undefined)).toBe('no-tariff');
      expect(await answer({ ...offer, currency: 'KWD' })).toBe('no-provider');
    });
  });
});
