import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type DataOf,
  LocationState,
  type SessionFinalized,
  SessionUpdated,
  StationState,
  newEvent,
} from '@chargemesh/contracts';
import { type PricedCdr, verifyTrace } from '@chargemesh/rating';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { LOCATION_ID, finalized, place, session, started } from '@chargemesh/testing/billing';
import type { Static } from 'typebox';
import { v7 as uuidv7 } from 'uuid';
import type { CdrView } from '../../billing/cdrs/cdrs.schema.js';
import { tariffsService } from '../../index.js';
import type { PreviewView } from '../../billing/preview/preview.schema.js';
import type { PriceDisplayView, QuoteView } from '../../price-information/prices/prices.schema.js';
import type { RunningCostView } from '../../billing/running-costs/running-costs.schema.js';
import { ocpiTariff } from '../../testing/tariffs.js';
import type { MarketDayView, PriceSeriesView } from './market-prices.schema.js';

type Cdr = Static<typeof CdrView>;
type Session = DataOf<typeof SessionFinalized>;

const API = '/api/tariffs/v1';
const OURS = '01900000-0000-7000-8000-000000000001';
const SERIES = 'price-series/day-ahead';
const DAY = `${SERIES}/2026-03-02`;
const SPOT = { series: 'day-ahead', surcharge: 0.1, floor: 0.05, cap: 0.6 };
const berlin = { name: 'Day-ahead', currency: 'EUR', timeZone: 'Europe/Berlin' };

/** Market prices of 2 March in Berlin: 0.20, and others from 09:00 and 09:15 UTC on. */
function day(nine = '0.1', quarterPast = '0.3'): { prices: string[] } {
  const prices = Array<string>(96).fill('0.2');
  prices.splice(40, 2, nine, quarterPast);
  return { prices };
}

function following(spot: object = SPOT, perKwh = 0.5) {
  const tariff = ocpiTariff(perKwh);
  const [energy, parking] = tariff.elements[0]!.price_components;
  return { ...tariff, elements: [{ price_components: [{ ...energy, chargemesh: { spot } }, parking] }] };
}

describe('prices of a market', () => {
  const clock = new ManualClock('2026-03-02T08:00:00Z');
  let platform: TestServices;
  let key: string;
  let theirs: string;
  const tariffId = uuidv7();
  const stationId = 'CS-1';

  const ask = <Body>(method: string, path: string, body?: unknown, by = key) =>
    platform.ask<Body>(by, method, `${API}/${path}`, body);
  const codeOf = async (method: string, path: string, body?: unknown) => {
    const answer = await ask<{ code: string }>(method, path, body);
    return [answer.status, answer.body.code];
  };
  const cdrsOf = async ({ sessionId }: Session) =>
    (await ask<{ items: Cdr[] }>('GET', 'cdrs?limit=500')).body.items.filter((cdr) => cdr.sessionId === sessionId);
  const billed = async (data: Session): Promise<Cdr> => {
    await platform.send([started(OURS, data), finalized(OURS, data)]);
    return eventually(async () => {
      const [cdr] = await cdrsOf(data);
      if (!cdr) throw new Error('no CDR yet');
      return cdr;
    });
  };

  beforeAll(async () => {
    platform = await startTestServices([tariffsService], { clock });
    key = await platform.admit({ operatorId: OURS });
    theirs = await platform.admit({ operatorId: uuidv7(), partyId: 'XYZ' });
    const about = { operatorId: OURS, time: '2026-01-01T00:00:00Z' };
    const known = { operatorId: OURS, version: 1, deleted: false };
    const station = { ...known, stationId, locationId: LOCATION_ID, released: true, connected: true, evses: [] };
    await platform.send([
      newEvent(LocationState, { ...about, data: { ...known, locationId: LOCATION_ID, ...place, publish: true } }),
      newEvent(StationState, { ...about, data: station }),
    ]);
    await platform.handled();
    expect((await ask('PUT', SERIES, berlin)).status).toBe(200);
    expect((await ask('PUT', DAY, day())).status).toBe(200);
    expect((await ask('PUT', `tariffs/${tariffId}`, { name: 'Market', tariff: following() })).status).toBe(200);
    const everywhere = { tariffId, target: { scope: 'operator' }, validFrom: '2026-01-01T00:00:00Z' };
    expect((await ask('PUT', `tariff-assignments/${uuidv7()}`, everywhere)).status).toBe(200);
  });

  afterAll(() => platform.stop());

  it('are those that a quote, the running cost and the CDR count with, to the cent', async () => {
    // 5 kWh at 0.20 and 5 kWh at 0.40, and half an hour of parking.
    const quoted = await ask<QuoteView>('POST', 'quotes', {
      ...{ stationId, startAt: '2026-03-02T09:00:00Z', durationS: 1_800, parkingS: 1_800, energyWh: 10_000 },
    });
    expect(quoted.body).toMatchObject({ totalBeforeTaxes: '6.00', totalInclTaxes: '7.14' });
    const data = session();
    await platform.send([started(OURS, data)]);
    const { sessionId, evseId, transactionId } = data;
    const reading = { sessionId, stationId, evseId, transactionId, at: '2026-03-02T09:30:00Z', energyWh: 10_000 };
    await platform.send([
      newEvent(SessionUpdated, { operatorId: OURS, time: reading.at, data: { ...reading, version: 2 } }),
    ]);
    await eventually(async () => {
      const { body } = await ask<RunningCostView>('GET', `running-costs/${sessionId}`);
      expect(body).toMatchObject({ totalBeforeTaxes: '3.00', final: false });
    });
    const cdr = await billed(data);
    expect(cdr).toMatchObject({ totalBeforeTaxes: '6.00', totalInclTaxes: '7.14' });
    expect(cdr.lines.map(({ component, price, volume }) => [component, price, volume])).toEqual([
      ['ENERGY', '0.2', '5'],
      ['ENERGY', '0.4', '5'],
      ['PARKING_TIME', '6', '0.5'],
    ]);
  });

  it('are in the tariff of the CDR, so that it can be recomputed from itself alone', async () => {
    const cdr = await billed(session());
    expect(JSON.stringify(cdr.tariff)).toContain('{"from":"2026-03-02T09:15:00.000Z","market":"0.3"}');
    expect(verifyTrace(cdr as unknown as PricedCdr)).toEqual({ result: 'equal', differences: [] });
    const dearer = JSON.parse(JSON.stringify(cdr).replace('"market":"0.3"', '"market":"0.4"')) as PricedCdr;
    expect(verifyTrace(dearer).result).toBe('different');
  });

  it('are shown as they are now, with taxes and bounds', async () => {
    const shown = (at: string) =>
      ask<PriceDisplayView>('GET', `price-display?stationId=${stationId}&language=en&startAt=2026-03-02T${at}:00Z`);
    expect((await shown('09:20')).body.prices[0]).toMatchObject({ kind: 'energy', amount: '0.476' });
    const { text } = (await shown('10:00')).body.prices[0]!;
    expect(text).toMatch(/^€0\.357 per kWh.*changes every quarter hour, at least €0\.0595, at most €0\.714$/);
  });

  it('that are not known leave the price that the tariff names', async () => {
    const tomorrow = (time: string) => `2026-03-03T${time}:00Z`;
    const [startedAt, endedAt] = [tomorrow('09:00'), tomorrow('09:30')];
    const periods = [{ startedAt, endedAt, energyWh: 10_000, kind: 'charging' as const }];
    expect(await billed(session({ startedAt, endedAt, periods }))).toMatchObject({ totalBeforeTaxes: '5.00' });
  });

  it('stay for a session what they were when it began, whatever is imported later', async () => {
    const data = session();
    await platform.send([started(OURS, data)]);
    clock.advance((Date.parse('2026-03-02T09:10:00Z') - clock.now().getTime()) / 1_000);
    expect((await ask<MarketDayView>('PUT', DAY, day('0.1', '0.45'))).body.prices[41]).toBe('0.45');
    expect(await billed(data)).toMatchObject({ totalBeforeTaxes: '6.00' });
    const [startedAt, endedAt] = ['2026-03-02T09:15:00Z', '2026-03-02T09:30:00Z'];
    const periods = [{ startedAt, endedAt, energyWh: 5_000, kind: 'charging' as const }];
    expect(await billed(session({ startedAt, endedAt, periods, energyWh: 5_000 }))).toMatchObject({
      totalBeforeTaxes: '2.75',
    });
    // A late fact about the first one is priced as it was.
    const [first] = data.periods as [Session['periods'][number]];
    await platform.send([finalized(OURS, { ...data, version: 9, periods: [first] })]);
    await eventually(async () => expect(await cdrsOf(data)).toHaveLength(3));
    const replacement = (await cdrsOf(data)).find(({ kind }) => kind === 'replacement');
    expect(replacement).toMatchObject({ totalBeforeTaxes: '3.00' });
  });

  it('that are imported again change nothing', async () => {
    const [before, again] = [
      await ask<MarketDayView>('GET', DAY),
      await ask<MarketDayView>('PUT', DAY, day('0.1', '0.45')),
    ];
    expect(again.body).toEqual(before.body);
    expect(before.body).toMatchObject({ day: '2026-03-02', startsAt: '2026-03-01T23:00:00.000Z' });
  });

  it('of the past can be tried on past sessions', async () => {
    const month = { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' };
    const { body } = await ask<PreviewView>('POST', `tariffs/${tariffId}/preview`, {
      ...{ ...month, tariff: following({ ...SPOT, surcharge: 0 }) },
    });
    expect(body.skipped).toBe(0);
    expect(body.largest.map(({ newInclTaxes }) => newInclTaxes)).toContain('6.84');
  });

  it('are an operator’s own', async () => {
    expect((await ask('GET', SERIES, undefined, theirs)).status).toBe(404);
    expect((await ask('GET', DAY, undefined, theirs)).status).toBe(404);
    expect((await ask<{ items: unknown[] }>('GET', 'price-series', undefined, theirs)).body.items).toEqual([]);
    const { body } = await ask<{ items: PriceSeriesView[] }>('GET', 'price-series');
    expect(body.items).toEqual([{ id: 'day-ahead', ...berlin, lastDay: '2026-03-02' }]);
    expect((await ask<PriceSeriesView>('GET', SERIES)).body).toEqual(body.items[0]);
  });

  it.each<[string, string, string, unknown, number, string]>([
    ['a series in another currency', 'PUT', SERIES, { ...berlin, currency: 'CHF' }, 409, 'price-series-fixed'],
    ['a series nowhere', 'PUT', 'price-series/x', { ...berlin, timeZone: 'Mars/Olympus' }, 422, 'time-zone-unknown'],
    ['a series in no currency', 'PUT', 'price-series/x', { ...berlin, currency: 'ABC' }, 400, 'bad-request'],
    ['a day of no series', 'PUT', 'price-series/none/2026-03-02', day(), 404, 'not-found'],
    ['a day without prices', 'GET', `${SERIES}/2026-03-04`, undefined, 404, 'not-found'],
    ['a day that there is none of', 'GET', `${SERIES}/2026-02-30`, undefined, 400, 'bad-request'],
    ['half a day', 'PUT', DAY, { prices: day().prices.slice(48) }, 422, 'market-prices-count'],
    ['prices that are no decimals', 'PUT', DAY, { prices: Array(96).fill('1e-3') }, 400, 'bad-request'],
    [
      'a tariff of an unknown market',
      'PUT',
      `tariffs/${uuidv7()}`,
      { name: 'M', tariff: following({ series: 'none' }) },
      409,
      'price-series-unknown',
    ],
    [
      'a draft in another currency',
      'PUT',
      `tariffs/${uuidv7()}/draft`,
      { name: 'M', tariff: { ...following(), currency: 'CHF' } },
      422,
      'price-series-currency',
    ],
    [
      'a tariff with prices of its own',
      'PUT',
      `tariffs/${uuidv7()}`,
      { name: 'M', tariff: following({ ...SPOT, prices: [] }) },
      422,
      'tariff-invalid',
    ],
  ])('%s is refused', async (_what, method, path, body, status, code) => {
    expect(await codeOf(method, path, body)).toEqual([status, code]);
  });
});
