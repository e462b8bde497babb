import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type DataOf, StationState, newEvent } from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import { eventually } from '@chargemesh/testing';
import { started } from '@chargemesh/testing/billing';
import { evse } from '../checkout/testing/pages.js';
import type { PaymentView } from '../payments/checkout.port.js';
import type { PaymentDetail } from '../payments/payments.schema.js';
import { OPERATOR, PaymentsBench, billed, ended, offer, sessionOf } from '../payments/testing/bench.js';
import { PricesService } from '../prices/prices.service.js';
import { EvsesInUse } from '../projections/evses-in-use.js';
import type { FindingItem } from '../reconciliation/reconciliation.schema.js';
import type { AuthorizationView } from './authorizations.schema.js';

type Station = DataOf<typeof StationState>;
type ConnectorStatus = Station['evses'][number]['connectors'][number]['status'];

const BASE = '/api/payments/v1';
const THEIRS = '01900000-0000-7000-8000-000000000002';

describe('a terminal that no station speaks for', () => {
  let bench: PaymentsBench;
  let version = 0;

  beforeAll(async () => {
    bench = await PaymentsBench.start({ CHECKOUT_URL: 'https://pay.example.com' });
    const issuer = { name: 'Sold GmbH', address: ['Street 1', '12345 Town'] };
    await bench.platform.ask(bench.apiKey, 'PUT', `${BASE}/receipt-issuer`, issuer);
    await bench.platform.send([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((number) => station(`CS-K${number}`)));
  });
  beforeEach(() => {
    jest.spyOn(bench.platform.app.get(PricesService, { strict: false }), 'offer').mockResolvedValue(offer);
  });
  afterAll(() => bench?.stop());

  const station = (stationId: string, more: Partial<Station> = {}, status: ConnectorStatus = 'Available') => {
    const connectors = evse.connectors.map((connector) => ({ connectorId: 1, ...connector, status }));
    const evses = [{ evseId: 1, evseUid: `${stationId}-1`, connectors }];
    version += 1;
    const usual = { stationId, operatorId: OPERATOR, released: true, connected: true, evses, version, deleted: false };
    const data = { ...usual, ...more };
    return newEvent(StationState, { operatorId: data.operatorId, time: '2026-01-01T00:00:00Z', data });
  };
  const ask = <T = AuthorizationView>(method: 'GET' | 'POST', path: string, body?: object, key = bench.apiKey) =>
    bench.platform.ask<T>(key, method, `${BASE}/${path}`, body);
  const authorization = (reference: string, stationId: string, more: object = {}) => {
    return { reference, stationId, evseId: 1, amount: '50', currency: 'EUR', ...more };
  };
  /** Begun, as soon as the station is known. */
  const begun = (body: object) =>
    eventually(async () => {
      const { status, body: view } = await ask('POST', 'terminal-authorizations', body);
      if (status !== 200) throw new Error(`it answered ${status}`);
      return view;
    });
  const comesTo = (reference: string, expected: Partial<AuthorizationView>) =>
    eventually(async () => {
      const { body } = await ask('GET', `terminal-authorizations/${reference}`);
      expect(body).toMatchObject(expected);
      return body;
    });
  const settle = (reference: string, amount: string, status = 'Settled') =>
    ask('POST', 'terminal-settlements', { reference, amount, status, settledAt: bench.clock.now().toISOString() });

  async function charging(reference: string, stationId: string) {
    const { paymentId } = await begun(authorization(reference, stationId));
    await comesTo(reference, { state: 'starting' });
    const now = bench.clock.now();
    const times = { startedAt: now.toISOString(), endedAt: new Date(now.getTime() + 3_600_000).toISOString() };
    const of = { ...sessionOf({ stationId, tokenUid: await bench.tokenOf(paymentId) }), ...times };
    await bench.platform.send([bench.answered({ paymentId, stationId } as PaymentView, 'accepted')]);
    await comesTo(reference, { state: 'waiting-for-plug' });
    await bench.platform.send([started(OPERATOR, of)]);
    await comesTo(reference, { state: 'charging' });
    return { paymentId, of };
  }

  /** Until the CDR is there. */
  async function charged(reference: string, stationId: string, total: string): Promise<AuthorizationView> {
    const { of } = await charging(reference, stationId);
    await bench.platform.send([ended(of), billed(of, total)]);
    return comesTo(reference, { state: 'capturing', captureWanted: total, releaseWanted: false });
  }

  it('begins nothing in a country that is not cleared', async () => {
    const prices = bench.platform.app.get(PricesService, { strict: false });
    jest.spyOn(prices, 'offer').mockResolvedValue({ ...offer, country: 'ITA' });
    await eventually(async () => {
      const refused = await ask<{ code: string }>('POST', 'terminal-authorizations', authorization('R-ITA', 'CS-K10'));
      expect([refused.status, refused.body.code]).toEqual([409, 'ad-hoc-not-cleared']);
    });
  });

  it('begins a payment, which is captured by what its operator settles, however often each is told', async () => {
    const wanted = await charged('Kiosk-1', 'CS-K1', '12.34');
    expect(wanted).toMatchObject({ reference: 'KIOSK-1', stationId: 'CS-K1', amount: '50.00', currency: 'EUR' });
    expect(await begun(authorization('kiosk-1', 'CS-K1'))).toEqual(wanted);
    for (const amount of ['12.34', '12.340'])
      expect(await settle('kiosk-1', amount)).toMatchObject({ status: 200, body: { paymentId: wanted.paymentId } });
    await comesTo('kiosk-1', { state: 'captured', page: wanted.page });
    const { body } = await ask<PaymentDetail>('GET', `payments/${wanted.paymentId}`);
    expect(body).toMatchObject({ provider: 'terminal', authorizedAmount: '50.00', capturedAmount: '12.34' });
  });

  it('that takes another amount than the CDR says is a finding', async () => {
    const { paymentId } = await charged('kiosk-2', 'CS-K2', '12.34');
    await settle('kiosk-2', '10.00');
    await comesTo('kiosk-2', { state: 'captured' });
    bench.clock.advance(901);
    await eventually(async () => {
      await ask('POST', 'reconciliation/runs');
      const path = 'reconciliation/findings?kind=captured-too-little&status=open';
      const { body } = await ask<{ items: FindingItem[] }>('GET', path);
      expect(body.items).toEqual(expect.arrayContaining([expect.objectContaining({ paymentId })]));
    });
  });

  it('gives back what it holds where nobody plugs in, and says so', async () => {
    const { paymentId } = await begun(authorization('kiosk-3', 'CS-K3'));
    await comesTo('kiosk-3', { state: 'starting' });
    await bench.after(301);
    const payment = { paymentId, stationId: 'CS-K3' } as PaymentView;
    await bench.platform.send([await bench.stopAnswered(payment, 'nothing-to-stop')]);
    await comesTo('kiosk-3', { state: 'releasing', releaseWanted: true });
    await settle('kiosk-3', '0', 'Canceled');
    await comesTo('kiosk-3', { state: 'released' });
  });

  it('is refused where its reference is that of another authorization, somebody has paid, or nothing fits', async () => {
    await begun(authorization('kiosk-4', 'CS-K4'));
    await comesTo('kiosk-4', { state: 'starting' });
    const status = async (body: object) => (await ask('POST', 'terminal-authorizations', body)).status;
    expect(await status(authorization('kiosk-4', 'CS-K4', { amount: '60' }))).toBe(409);
    expect(await status(authorization('kiosk-5', 'CS-K4'))).toBe(409);
    expect(await status(authorization('kiosk-6', 'CS-K4', { currency: 'SEK' }))).toBe(409);
    expect(await status(authorization('kiosk-7', 'CS-K4', { amount: '0' }))).toBe(400);
    expect(await status(authorization('kiosk-8', 'CS-K4', { amount: '5.001' }))).toBe(400);
    expect(await status(authorization('kiosk-8', 'CS-K4', { amount: '1000000000' }))).toBe(400);
    expect(await status(authorization('kiosk-9', 'CS-nowhere'))).toBe(404);
    expect((await ask('GET', 'terminal-authorizations/kiosk-5')).status).toBe(404);
  });

  it('is seen by its operator alone, and not told by who may only look', async () => {
    const theirs = await bench.platform.admit({ operatorId: THEIRS, partyId: 'XYZ' });
    const viewer = await bench.platform.admit({ operatorId: OPERATOR, role: 'viewer' });
    await begun(authorization('kiosk-4', 'CS-K4'));
    await eventually(async () =>
      expect((await ask('GET', 'terminal-authorizations/kiosk-4', undefined, theirs)).status).toBe(404),
    );
    const told = { reference: 'kiosk-4', amount: '1', status: 'Settled', settledAt: '2026-03-02T09:00:00Z' };
    await eventually(async () => expect((await ask('POST', 'terminal-settlements', told, viewer)).status).toBe(403));
    // It names the driver's page, at which whoever has it can stop.
    expect((await ask('GET', 'terminal-authorizations/kiosk-4', undefined, viewer)).status).toBe(403);
  });

  it('is told by a key of the role terminal, which opens nothing else', async () => {
    const key = await bench.platform.admit({ operatorId: OPERATOR, role: 'terminal' });
    const body = authorization('psp-role', 'CS-K11');
    const told = await eventually(async () => {
      const { status, body: view } = await ask('POST', 'terminal-authorizations', body, key);
      if (status !== 200) throw new Error(`it answered ${status}`);
      return view;
    });
    expect((await ask('GET', 'terminal-authorizations/psp-role', undefined, key)).body.paymentId).toBe(told.paymentId);
    for (const path of ['payments', `payments/${told.paymentId}`, 'helpdesk/payments?reference=x'])
      expect((await ask('GET', path, undefined, key)).status).toBe(403);
  });

  it('sells nothing where nobody can charge, or nobody issues receipts', async () => {
    const theirs = await bench.platform.admit({ operatorId: THEIRS, partyId: 'XYZ' });
    const [stationId, tokenUid] = ['CS-K5', 'SOMEBODY'];
    await bench.platform.send([
      station('CS-K11', { released: false }),
      station('CS-K12', { connected: false }),
      station('CS-K13', {}, 'Reserved'),
      station('CS-K14', { operatorId: THEIRS }),
      started(OPERATOR, sessionOf({ stationId, tokenUid })),
    ]);
    const inUse = bench.platform.app.get(EvsesInUse, { strict: false });
    const database = bench.platform.app.get(Database, { strict: false });
    const at = { operatorId: OPERATOR, stationId, evseId: 1 };
    const isInUse = () => database.transaction([OPERATOR], (tx) => inUse.has(tx, at));
    await eventually(async () => expect(await isInUse()).toBe(true));
    for (const [at, why, key] of [
      ['CS-K11', 'out-of-service', bench.apiKey],
      ['CS-K12', 'offline', bench.apiKey],
      ['CS-K13', 'reserved', bench.apiKey],
      [stationId, 'in-use', bench.apiKey],
      ['CS-K14', 'receipt-issuer', theirs],
    ] as const)
      await eventually(async () => {
        const refused = await ask<{ detail?: string }>('POST', 'terminal-authorizations', authorization(at, at), key);
        expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining(why)]);
      });
  });

  it('has to hold for long enough to charge by, and until the same time when it is told again', async () => {
    const until = (hours: number) => {
      const captureBefore = new Date(bench.clock.now().getTime() + hours * 3_600_000).toISOString();
      return authorization('kiosk-10', 'CS-K6', { captureBefore });
    };
    expect((await ask('POST', 'terminal-authorizations', until(47))).status).toBe(400);
    const long = until(49);
    const { paymentId } = await begun(long);
    expect((await ask('POST', 'terminal-authorizations', until(50))).status).toBe(409);
    expect((await begun(long)).paymentId).toBe(paymentId);
  });

  it('charges as long as the connector needs for what is held, and can be stopped by its driver', async () => {
    const { paymentId } = await charging('kiosk-11', 'CS-K7');
    const { page } = await comesTo('kiosk-11', { state: 'charging' });
    expect(await bench.view(page.replace('/pay/p/', ''))).toMatchObject({ stoppable: true });
    const stops = async () => (await bench.item(paymentId)).timeline.filter(({ event }) => event === 'deadline');
    // 47.50 at 0.59 and 22 kW is reached after three hours and 39 minutes.
    await bench.after(3 * 3_600);
    expect(await stops()).toEqual([]);
    await bench.after(3_600);
    await eventually(async () => expect(await stops()).toMatchObject([{ details: { effects: ['stop'] } }]));
  });

  it('starts nothing where it has failed to hold, and stops what charges where its hold is refused', async () => {
    await settle('kiosk-12', '50', 'Failed');
    await begun(authorization('kiosk-12', 'CS-K8'));
    await comesTo('kiosk-12', { state: 'declined' });
    const { paymentId } = await charging('kiosk-13', 'CS-K8');
    await settle('kiosk-13', '50', 'Rejected');
    await eventually(async () => expect(await bench.stopsOf(paymentId)).toEqual(['released']));
  });

  it('takes no amounts that its currency does not have', async () => {
    await charged('kiosk-14', 'CS-K9', '12.34');
    for (const amount of ['12.345', '0.001', '-1', '1000000000'])
      expect((await settle('kiosk-14', amount)).status).toBe(400);
    await settle('kiosk-14', '12.34');
    await comesTo('kiosk-14', { state: 'captured' });
  });

  it('begins once under an idempotency key', async () => {
    const headers = {
      ...{ authorization: `Bearer ${bench.apiKey}`, 'content-type': 'application/json' },
      'idempotency-key': 'kiosk-15',
    };
    const body = JSON.stringify(authorization('kiosk-15', 'CS-K10'));
    const send = () => fetch(`${bench.platform.url}${BASE}/terminal-authorizations`, { method: 'POST', headers, body });
    const first = await eventually(async () => {
      const answer = await send();
      if (answer.status !== 200) throw new Error(`it answered ${answer.status}`);
      return answer.json();
    });
    expect(await (await send()).json()).toEqual(first);
  });

  it('that does not say for a day that it gave back what it holds is a finding', async () => {
    const { paymentId } = await begun(authorization('kiosk-16', 'CS-K3'));
    await comesTo('kiosk-16', { state: 'starting' });
    await bench.after(301);
    await bench.platform.send([
      await bench.stopAnswered({ paymentId, stationId: 'CS-K3' } as PaymentView, 'nothing-to-stop'),
    ]);
    await comesTo('kiosk-16', { state: 'releasing', releaseWanted: true });
    const missing = async () => {
      await ask('POST', 'reconciliation/runs');
      const path = 'reconciliation/findings?kind=settlement-missing&status=open';
      return (await ask<{ items: FindingItem[] }>('GET', path)).body.items.map((item) => item.paymentId);
    };
    expect(await missing()).not.toContain(paymentId);
    bench.clock.advance(86_401);
    await eventually(async () => expect(await missing()).toContain(paymentId));
    await settle('kiosk-16', '0', 'Canceled');
    await comesTo('kiosk-16', { state: 'released' });
    bench.clock.advance(1);
    await eventually(async () => expect(await missing()).not.toContain(paymentId));
  });
});
