import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LocationState, StationState, newEvent } from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { LOCATION_ID, place } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import { evse, quote } from '../checkout/testing/pages.js';
import { paymentsService } from '../index.js';
import { CHECKOUT, type Checkout } from '../payments/checkout.port.js';
import { newPayment } from '../payments/new-payment.js';
import { PaymentsStore } from '../payments/payments.store.js';
import type { FindingItem } from '../reconciliation/reconciliation.schema.js';
import { ScanCounts } from './scan-counts.js';
import type { InspectionView, StickerView } from './stickers.schema.js';

const OPERATOR = '01900000-0000-7000-8000-000000000001';
const THEIRS = '01900000-0000-7000-8000-000000000002';
const API = '/api/payments/v1';
const STATIONS = ['CS-1', 'CS-2', 'CS-3', 'CS-4', 'CS-5', 'CS-6', 'CS-7'];

describe('the stickers of an operator', () => {
  const clock = new ManualClock('2026-11-28T12:00:00Z');
  let platform: TestServices;
  let ours: string;

  beforeAll(async () => {
    const environment = { SANDBOX_PAYMENTS: 'true', CHECKOUT_URL: 'https://pay.example' };
    platform = await startTestServices([paymentsService], { environment, clock });
    ours = await platform.admit({ operatorId: OPERATOR });
    const at = { operatorId: OPERATOR, time: '2026-01-01T00:00:00Z' };
    const connectors = [{ connectorId: 1, ...evse.connectors[0]! }];
    const whole = { operatorId: OPERATOR, locationId: LOCATION_ID, version: 1, deleted: false };
    await platform.send([
      newEvent(LocationState, { ...at, data: { ...whole, ...place, publish: true } }),
      ...STATIONS.map((stationId) => {
        const evses = [{ evseId: 1, evseUid: `${stationId}-1`, connectors }];
        return newEvent(StationState, { ...at, data: { ...whole, stationId, released: true, connected: true, evses } });
      }),
    ]);
    for (const id of STATIONS) await eventually(async () => expect((await scan(id)).status).toBe(200));
  });
  beforeEach(
    () => void jest.spyOn(platform.app.get<Checkout>(CHECKOUT, { strict: false }), 'quote').mockResolvedValue(quote),
  );
  afterAll(() => platform?.stop());

  const ask = async <Body>(method: string, path: string, body?: unknown, key = ours) =>
    platform.ask<Body>(key, method, `${API}/${path}`, body);
  const scan = (stationId: string, cookie = '') => fetch(`${platform.url}/pay/${stationId}:1`, { headers: { cookie } });
  const scanned = async (stationId: string, times: number) => {
    for (let turn = 0; turn < times; turn++) expect((await scan(stationId)).status).toBe(200);
  };
  const written = () => platform.app.get(ScanCounts, { strict: false }).write();
  const stickers = async () => (await ask<{ items: StickerView[] }>('GET', 'stickers')).body.items;
  const found = async (status: string) => {
    clock.advance(1);
    await ask('POST', 'reconciliation/runs');
    const { body } = await ask<{ items: FindingItem[] }>(
      'GET',
      `reconciliation/findings?kind=scans-without-starts&status=${status}`,
    );
    return body.items;
  };
  const inspect = (stationId: string, result: string, key = ours) =>
    ask<InspectionView>('POST', 'sticker-inspections', { stationId, evseId: 1, result }, key);

  it('are listed with where they lead, how often they were scanned, and who looked at them last', async () => {
    const first = await scan('CS-7');
    const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    await written();
    const before = (await stickers()).find(({ stationId }) => stationId === 'CS-7')!;
    // The same browser looks again.
    await scan('CS-7', cookie);
    await written();
    expect((await inspect('CS-7', 'replaced')).status).toBe(201);
    const listed = await stickers();
    expect(listed.map(({ stationId }) => stationId)).toEqual(STATIONS);
    expect(listed.at(-1)).toMatchObject({
      ...{ url: 'https://pay.example/pay/CS-7:1', place: place.name, result: 'replaced', scans: before.scans },
      inspectedAt: clock.now().toISOString(),
    });
    expect(listed[0]).not.toHaveProperty('result');
    const history = await ask<{ items: InspectionView[] }>('GET', 'sticker-inspections?stationId=CS-7');
    expect(history.body.items).toMatchObject([{ stationId: 'CS-7', evseId: 1, result: 'replaced' }]);
  });

  it('are inspected by their own operator alone, and not by who may only look', async () => {
    const theirs = await platform.admit({ operatorId: THEIRS, partyId: 'XYZ' });
    await eventually(async () => expect((await inspect('CS-1', 'in-order', theirs)).status).toBe(404));
    const viewer = await platform.admit({ operatorId: OPERATOR, role: 'viewer' });
    await eventually(async () => expect((await inspect('CS-1', 'in-order', viewer)).status).toBe(403));
    expect((await ask<{ items: unknown[] }>('GET', 'stickers', undefined, theirs)).body.items).toEqual([]);
  });

  it('are found where scans without starts are far above the class, until somebody has looked', async () => {
    await scanned('CS-1', 30);
    await scanned('CS-2', 30);
    await written();
    await begun('CS-2', 28);
    expect((await found('open')).map(({ details }) => details)).toEqual([
      { stationId: 'CS-1', evseId: 1, powerClass: 'up to 22 kW', scansWithoutStartsAtLeast: 16 },
    ]);
    expect((await inspect('CS-1', 'covered')).status).toBe(201);
    expect(await found('open')).toEqual([]);
    expect(await found('resolved')).toHaveLength(1);
  });

  it('are compared by what is scanned and begun there since they were inspected', async () => {
    const day = 86_400;
    expect((await inspect('CS-2', 'in-order')).status).toBe(201);
    clock.advance(day);
    await scanned('CS-2', 30);
    await written();
    // The 28 that began there did so before.
    expect((await found('open')).map(({ details }) => details)).toMatchObject([{ stationId: 'CS-2' }]);
    clock.advance(20 * day);
    for (let today = 1; today <= 14; today++) {
      for (const stationId of STATIONS) await scanned(stationId, 2);
      await written();
      if (today === 12) for (const stationId of STATIONS.slice(0, -1)) await inspect(stationId, 'in-order');
      if (today < 14) clock.advance(day);
    }
    expect(await found('open')).toEqual([]);
  });

  /** Sessions of drivers who paid there. */
  async function begun(stationId: string, times: number): Promise<void> {
    const database = platform.app.get(Database, { strict: false });
    const store = platform.app.get(PaymentsStore, { strict: false });
    await database.transaction([OPERATOR], async (tx) => {
      for (let turn = 0; turn < times; turn++) {
        const paidAt = { provider: 'sandbox', providerAccountId: null, tokenUid: uuidv7().slice(0, 20) };
        const at = { operatorId: OPERATOR, stationId, evseId: 1, language: 'en', attempt: uuidv7() };
        const agreed = { offer: quote.offer, hold: quote.hold, limit: quote.limit, maxPowerW: null };
        const payment = newPayment({ ...at, ...agreed, ...paidAt, checkoutExpiresAt: clock.now() }, clock.now());
        await store.add(tx, { ...payment, state: 'failed', deadlineAt: null, sessionId: uuidv7() });
      }
    });
  }
});
