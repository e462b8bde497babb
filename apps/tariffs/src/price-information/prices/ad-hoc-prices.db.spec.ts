import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type AdHocPriceAnswered,
  AdHocPriceRequested,
  type DataOf,
  LocationState,
  StationState,
  adHocPriceReplies,
  newEvent,
} from '@chargemesh/contracts';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { LOCATION_ID, place } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import { tariffsService } from '../../index.js';
import { ocpiTariff } from '../../testing/tariffs.js';

type Answer = DataOf<typeof AdHocPriceAnswered>;

const OURS = '01900000-0000-7000-8000-000000000001';
const THEIRS = '01900000-0000-7000-8000-000000000002';
const FREE_LOCATION = '01900000-0000-7000-8000-0000000000f1';
const NOW = '2026-03-02T09:00:00Z';

describe('what a driver without a contract pays', () => {
  const clock = new ManualClock(NOW);
  const tariffId = uuidv7();
  let platform: TestServices;
  let key: string;

  beforeAll(async () => {
    platform = await startTestServices([tariffsService], { clock });
    key = await platform.admit({ operatorId: OURS });
    await platform.admit({ operatorId: THEIRS });
    await platform.send([...station('CS-1', LOCATION_ID), ...station('CS-FREE', FREE_LOCATION)]);
    await eventually(async () => expect((await ask('GET', 'tariffs')).status).toBe(200));
    await publish(uuidv7(), 0.9, {});
    await publish(tariffId, 0.5, { audience: { kind: 'ad-hoc' } });
    await eventually(async () => expect((await answered({})).offer).toBeDefined());
  });

  afterAll(() => platform.stop());

  function station(stationId: string, locationId: string) {
    const about = { operatorId: OURS, time: '2026-01-01T00:00:00Z' };
    const known = { operatorId: OURS, version: 1, deleted: false, locationId };
    const evses = [{ evseId: 1, evseUid: `${stationId}-1`, connectors: [] }];
    const data = { ...known, stationId, released: true, connected: true, evses };
    return [
      newEvent(LocationState, { ...about, data: { ...known, ...place, publish: true } }),
      newEvent(StationState, { ...about, data }),
    ];
  }
  const ask = (method: string, path: string, body?: unknown) =>
    platform.ask<unknown>(key, method, `/api/tariffs/v1/${path}`, body);
  async function publish(id: string, perKwh: number, applies: object) {
    const tariff = { ...ocpiTariff(perKwh), preauthorize_amount: 45.5 };
    expect((await ask('PUT', `tariffs/${id}`, { name: `At ${perKwh}`, tariff })).status).toBe(200);
    const target = { scope: 'location', locationId: LOCATION_ID };
    const assignment = { tariffId: id, target, validFrom: '2026-01-01T00:00:00Z', ...applies };
    expect((await ask('PUT', `tariff-assignments/${uuidv7()}`, assignment)).status).toBe(200);
  }

  function request(of: Partial<DataOf<typeof AdHocPriceRequested>>, operatorId = OURS, worthS = 60) {
    const expiresAt = new Date(clock.now().getTime() + worthS * 1_000).toISOString();
    const asked = { requestId: uuidv7(), replyTo: 'payments-1', expiresAt, stationId: 'CS-1', evseId: 1, at: NOW };
    return newEvent(AdHocPriceRequested, { operatorId, time: NOW, data: { ...asked, ...of } });
  }
  const answers = async () => (await platform.told(adHocPriceReplies)).map((event) => event.data as unknown as Answer);
  async function answered(of: Parameters<typeof request>[0], operatorId?: string): Promise<Answer> {
    const asked = request(of, operatorId);
    await platform.send([asked]);
    return eventually(async () => {
      const found = (await answers()).find(({ requestId }) => requestId === asked.data.requestId);
      if (!found) throw new Error('no reply yet');
      return found;
    });
  }

  it('is the ad hoc price of the place, in the order of the law, with the version that a driver agrees to', async () => {
    expect(await answered({})).toMatchObject({
      replyTo: 'payments-1',
      stationId: 'CS-1',
      evseId: 1,
      offer: {
        price: { tariffId, tariffVersion: 1, vatPercent: '19' },
        currency: 'EUR',
        country: 'DEU',
        timeZone: 'Europe/Berlin',
        locale: 'de-DE',
        preauthorizeAmount: '45.5',
        prices: [
          { kind: 'energy', component: 'ENERGY', amount: '0.595', taxPercent: '19' },
          { kind: 'minute', component: 'PARKING_TIME', amount: '0.119', taxPercent: '19' },
        ],
        leastPerKwh: [{ fromKwh: '0', amount: '0.595' }],
        notes: [],
      },
    });
  });

  it.each([
    ['fr', 'fr'],
    ['de', 'de-DE'],
    ['pl', 'en'],
  ])('is said in the language that is asked for, or in English: %s', async (language, locale) => {
    expect((await answered({ language })).offer?.locale).toBe(locale);
  });

  it.each<[string, Parameters<typeof request>[0], string]>([
    ['no tariff applies', { stationId: 'CS-FREE' }, OURS],
    ['there is no such station', { stationId: 'CS-NONE' }, OURS],
    ['the station is of another operator', {}, THEIRS],
  ])('is not offered where %s', async (_where, of, operatorId) => {
    expect(await answered(of, operatorId)).not.toHaveProperty('offer');
  });

  it('is not told to another operator that asks at the same moment', async () => {
    const [theirs, ours] = [request({}, THEIRS), request({})];
    await platform.send([theirs, ours]);
    const replies = await eventually(async () => {
      const found = new Map((await answers()).map((answer) => [answer.requestId, answer.offer]));
      for (const { data } of [theirs, ours]) if (!found.has(data.requestId)) throw new Error('no reply yet');
      return found;
    });
    expect(replies.get(theirs.data.requestId)).toBeUndefined();
    expect(replies.get(ours.data.requestId)).toBeDefined();
  });

  it('is not answered when nobody waits for it any more', async () => {
    const late = request({}, OURS, -1);
    await platform.send([late]);
    await answered({});
    expect((await answers()).map(({ requestId }) => requestId)).not.toContain(late.data.requestId);
  });
});
