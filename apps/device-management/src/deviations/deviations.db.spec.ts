import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type DataOf,
  MessagesReadLeniently,
  StationBooted,
  type StationCredentialState,
  newEvent,
  stationCredentials,
} from '@chargemesh/contracts';
import { type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import { deviceManagementService } from '../index.js';
import type { ModelDeviationView, DeviationView } from './deviations.schema.js';

const API = '/api/device-management/v1';
const OURS = '01900000-0000-7000-8000-000000000001';
const [LOCATION, OTHER] = ['01900000-0000-7000-8000-0000000000a1', '01900000-0000-7000-8000-0000000000a2'];
const at = (minute: number) => `2026-03-01T12:0${minute}:00.000Z`;

type Deviation = DataOf<typeof MessagesReadLeniently>['readings'][number];

const place = {
  ...{ name: 'Depot', address: 'Street 1', city: 'Berlin', country: 'DEU', timeZone: 'Europe/Berlin' },
  coordinates: { latitude: '52.520008', longitude: '13.404954' },
};
const unknownMember = (count: number): Deviation => ({
  ...{ action: 'StopTransaction', rule: 'member-unknown', path: '', word: 'note', count },
});
const unknownWord: Deviation = {
  ...{ action: 'StopTransaction', rule: 'word-unknown', path: '/reason', word: 'Finished', count: 1 },
};

describe('what was read leniently', () => {
  let platform: TestServices;
  let [ours, theirs] = ['', ''];

  const get = async <Item>(path: string, key = ours) =>
    (await platform.ask<{ items: Item[]; nextCursor: string | null }>(key, 'GET', `${API}/${path}`)).body;
  const put = async (path: string, body: object) =>
    expect((await platform.ask(ours, 'PUT', `${API}/${path}`, body)).status).toBe(200);
  const read = (stationId: string, minute: number, ...deviations: Deviation[]) =>
    newEvent(MessagesReadLeniently, {
      ...{ operatorId: OURS, time: at(minute) },
      data: { stationId, epoch: 1, receivedAt: at(minute), ocppVersion: '1.6', readings: deviations },
    });
  const booted = (stationId: string, model: string) => {
    const said = { messageId: 'boot', reason: 'Unknown', vendor: 'Acme', model, registration: 'Accepted' as const };
    const data = { stationId, epoch: 1, receivedAt: at(0), ...said };
    return newEvent(StationBooted, { operatorId: OURS, time: at(0), data });
  };
  const zoneOf = async (stationId: string) => {
    const told = (await platform.told(stationCredentials)).map(
      ({ data }) => data as DataOf<typeof StationCredentialState>,
    );
    return told.findLast((data) => data.stationId === stationId)?.timeZone;
  };
  const expectZone = (stationId: string, zone: string | undefined) =>
    eventually(async () => expect(await zoneOf(stationId)).toBe(zone));

  beforeAll(async () => {
    platform = await startTestServices([deviceManagementService]);
    ours = await platform.admit({ operatorId: OURS });
    theirs = await platform.admit({ operatorId: uuidv7(), partyId: 'XYZ' });
    await put(`locations/${LOCATION}`, place);
    await put(`locations/${OTHER}`, { ...place, timeZone: 'Europe/Lisbon' });
    for (const id of ['CS-1', 'CS-2', 'CS-3']) await put(`stations/${id}`, { locationId: LOCATION, evses: [] });
  });
  afterAll(() => platform.stop());

  it('is added up for each station, action and rule, with the last example, however often it is told', async () => {
    const first = read('CS-1', 1, unknownMember(3));
    await platform.send([first, read('CS-1', 2, unknownMember(2), unknownWord), first, read('CS-9', 2, unknownWord)]);
    await eventually(async () =>
      expect(await get<DeviationView>('stations/CS-1/lenient-readings')).toEqual({
        items: [
          {
            ...{ action: 'StopTransaction', rule: 'member-unknown', path: '', word: 'note', messages: 5 },
            ...{ firstAt: at(1), lastAt: at(2) },
          },
          {
            ...{ action: 'StopTransaction', rule: 'word-unknown', path: '/reason', word: 'Finished', messages: 1 },
            ...{ firstAt: at(2), lastAt: at(2) },
          },
        ],
        nextCursor: null,
      }),
    );
    const page = await get<DeviationView>('stations/CS-1/lenient-readings?limit=1');
    const next = await get<DeviationView>(`stations/CS-1/lenient-readings?limit=1&cursor=${page.nextCursor}`);
    expect([page, next].flatMap(({ items }) => items.map(({ rule }) => rule))).toEqual([
      'member-unknown',
      'word-unknown',
    ]);
  });

  it('is shown by vendor and model', async () => {
    await platform.send([booted('CS-2', 'One'), booted('CS-3', 'One')]);
    await platform.send([read('CS-2', 3, unknownWord), read('CS-3', 4, unknownWord)]);
    await eventually(async () => {
      const { items } = await get<ModelDeviationView>('lenient-readings');
      expect(items.filter(({ model }) => model === 'One')).toMatchObject([
        {
          vendor: 'Acme',
          rule: 'word-unknown',
          messages: 2,
          stations: 2,
          stationId: 'CS-3',
          firstAt: at(3),
          lastAt: at(4),
        },
      ]);
      expect(items.filter(({ vendor }) => vendor === '')).toHaveLength(2);
    });
  });

  it("is nobody else's business", async () => {
    expect((await platform.ask(theirs, 'GET', `${API}/stations/CS-1/lenient-readings`)).status).toBe(404);
    expect(await get('lenient-readings', theirs)).toEqual({ items: [], nextCursor: null });
  });

  it('needs the zone of the site, which the gateway is told again whenever it changes', async () => {
    await expectZone('CS-1', 'Europe/Berlin');
    await put(`stations/CS-1`, { locationId: OTHER, evses: [] });
    await expectZone('CS-1', 'Europe/Lisbon');
    await put(`locations/${OTHER}`, { ...place, timeZone: 'Europe/Madrid' });
    await expectZone('CS-1', 'Europe/Madrid');
    await expectZone('CS-2', 'Europe/Berlin');
    await put(`stations/CS-1`, { evses: [] });
    await expectZone('CS-1', undefined);
  });
});
