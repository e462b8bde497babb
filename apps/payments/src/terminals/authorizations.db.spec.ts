import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { StationState, newEvent } from '@chargemesh/contracts';
import { eventually } from '@chargemesh/testing';
import { started } from '@chargemesh/testing/billing';
import { evse } from '../checkout/testing/pages.js';
import type { PaymentView } from '../payments/checkout.port.js';
import type { PaymentDetail } from '../payments/payments.schema.js';
import { OPERATOR, PaymentsBench, billed, ended, offer, sessionOf } from '../payments/testing/bench.js';
import { PricesService } from '../prices/prices.service.js';
import type { FindingItem } from '../reconciliation/reconciliation.schema.js';
import type { AuthorizationView } from './authorizations.schema.js';

const BASE = '/api/payments/v1';
const THEIRS = '01900000-0000-7000-8000-000000000002';

describe('a terminal that no station speaks for', () => {
  let bench: PaymentsBench;
  let version = 0;

  beforeAll(async () => {
    bench = await PaymentsBench.start({ CHECKOUT_URL: 'https://pay.example.com' });
    await bench.platform.send(['CS-K1', 'CS-K2', 'CS-K3', 'CS-K4'].map(station));
  });
  beforeEach(() => {
    jest.spyOn(bench.platform.app.get(PricesService, { strict: false }), 'offer').mockResolvedValue(offer);
  });
  afterAll(() => bench?.stop());

  const station = (stationId: string) => {
    const connectors = evse.connectors.map((connector) => ({ connectorId: 1, ...connector }));
    const evses = [{ evseId: 1, evseUid: `${stationId}-1`, connectors }];
    version += 1;
    const data = { stationId, operatorId: OPERATOR, released: true, connected: true, evses, version, deleted: false };
    return newEvent(StationState, { operatorId: OPERATOR, time: '2026-01-01T00:00:00Z', data });
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

  /** Until the CDR is there. */
  async function charged(reference: string, stationId: string, total: string): Promise<AuthorizationView> {
    const { paymentId } = await begun(authorization(reference, stationId));
    await comesTo(reference, { state: 'starting' });
    const of = sessionOf({ stationId, tokenUid: await bench.tokenOf(paymentId) });
    await bench.platform.send([bench.answered({ paymentId, stationId } as PaymentView, 'accepted')]);
    await comesTo(reference, { state: 'waiting-for-plug' });
    await bench.platform.send([started(OPERATOR, of)]);
    await comesTo(reference, { state: 'charging' });
    await bench.platform.send([ended(of), billed(of, total)]);
    return comesTo(reference, { state: 'capturing', captureWanted: total, releaseWanted: false });
  }

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
  });
});
