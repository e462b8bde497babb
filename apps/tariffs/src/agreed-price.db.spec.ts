import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  type AdHocPriceAnswered,
  AdHocPriceRequested,
  type CdrIssued,
  type DataOf,
  LocationState,
  type SessionCost,
  SessionUpdated,
  StationState,
  adHocPriceReplies,
  cdrs,
  newEvent,
  sessionCosts,
} from '@chargemesh/contracts';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { LOCATION_ID, finalized, place, session, started } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import { tariffsService } from './index.js';
import type { QuoteView } from './price-information/prices/prices.schema.js';
import { ocpiTariff } from './testing/tariffs.js';

type Answer = DataOf<typeof AdHocPriceAnswered>;

const OURS = '01900000-0000-7000-8000-000000000001';
const tariffId = uuidv7();
/** The driver looks an hour before the session of the tests begins, and is done when that is over. */
const clock = new ManualClock('2026-03-02T08:00:00Z');
let platform: TestServices;
let key: string;

beforeAll(async () => {
  platform = await startTestServices([tariffsService], { clock });
  key = await platform.admit({ operatorId: OURS });
  const about = { operatorId: OURS, time: '2026-01-01T00:00:00Z' };
  const known = { operatorId: OURS, version: 1, deleted: false, locationId: LOCATION_ID };
  const station = { ...known, stationId: 'CS-1', released: true, connected: true, evses: [] };
  await platform.send([
    newEvent(LocationState, { ...about, data: { ...known, ...place, publish: true } }),
    newEvent(StationState, { ...about, data: station }),
  ]);
  await platform.handled();
  await publish(0.5);
  const target = { scope: 'operator' };
  const assignment = { tariffId, target, audience: { kind: 'ad-hoc' }, validFrom: '2026-01-01T00:00:00Z' };
  expect((await ask('PUT', `tariff-assignments/${uuidv7()}`, assignment)).status).toBe(200);
});
afterAll(() => platform.stop());

const ask = <Body>(method: string, path: string, body?: unknown) =>
  platform.ask<Body>(key, method, `/api/tariffs/v1/${path}`, body);
async function publish(perKwh: number) {
  const body = { name: `At ${perKwh}`, tariff: ocpiTariff(perKwh) };
  expect((await ask('PUT', `tariffs/${tariffId}`, body)).status).toBe(200);
}
async function offer(): Promise<NonNullable<Answer['offer']>> {
  const requestId = uuidv7();
  const [at, expiresAt] = [clock.now(), new Date(clock.now().getTime() + 60_000)].map((time) => time.toISOString());
  const data = { requestId, replyTo: 'payments-1', expiresAt: expiresAt!, stationId: 'CS-1', evseId: 1, at: at! };
  await platform.send([newEvent(AdHocPriceRequested, { operatorId: OURS, time: data.at, data })]);
  return eventually(async () => {
    const replies = (await platform.told(adHocPriceReplies)).map((event) => event.data as unknown as Answer);
    const found = replies.find((reply) => reply.requestId === requestId)?.offer;
    if (!found) throw new Error('no offer yet');
    return found;
  });
}

it('is what is quoted, counted and billed, whatever is published after the driver agreed', async () => {
  const { price } = await offer();
  const usage = { durationS: 1_800, parkingS: 1_800, energyWh: 10_000 };
  const quoting = { stationId: 'CS-1', evseId: 1, tokenKind: 'AD_HOC_USER', ...usage };
  const { body: quote } = await ask<QuoteView>('POST', 'quotes', quoting);
  expect(quote).toMatchObject({ tariffVersion: price.tariffVersion, totalBeforeTaxes: '8.00', totalInclTaxes: '9.52' });

  clock.advance(1_800);
  await publish(0.8);
  expect((await offer()).price.tariffVersion).toBe(price.tariffVersion + 1);
  clock.advance(1_800);
  const token = {
    uid: 'PAID1',
    type: 'AD_HOC_USER',
    contractId: 'DE-ABC-PAID1',
    countryCode: 'DE',
    partyId: 'ABC',
  } as const;
  const data = session({ token, agreedPrice: price });
  await platform.send([started(OURS, data)]);
  clock.advance(1_800);
  await publish(0.9);
  const { sessionId, stationId, evseId, transactionId } = data;
  const about = { sessionId, stationId, evseId, transactionId, version: 2, at: '2026-03-02T09:30:00Z' };
  await platform.send([
    newEvent(SessionUpdated, { operatorId: OURS, time: about.at, data: { ...about, energyWh: 10_000 } }),
  ]);
  const costs = async () =>
    (await platform.told(sessionCosts)).map((event) => event.data as unknown as DataOf<typeof SessionCost>);
  await eventually(async () =>
    expect((await costs()).at(-1)).toMatchObject({ sessionId, energyWh: 10_000, totalInclTaxes: '5.95', final: false }),
  );

  clock.advance(1_800);
  await platform.send([finalized(OURS, data)]);
  const [cdr] = await eventually(async () => {
    const found = (await platform.told(cdrs)).map((event) => event.data as unknown as DataOf<typeof CdrIssued>);
    expect(found).toHaveLength(1);
    return found;
  });
  const { totalBeforeTaxes, totalInclTaxes } = quote;
  expect(cdr).toMatchObject({ tariffId, tariffVersion: price.tariffVersion, totalBeforeTaxes, totalInclTaxes });
  await eventually(async () => expect((await costs()).at(-1)).toMatchObject({ totalInclTaxes, final: true }));
});
