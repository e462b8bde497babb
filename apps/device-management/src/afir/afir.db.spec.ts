import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ManualClock, type TestServices, startTestServices } from '@chargemesh/testing';
import { deviceManagementService } from '../index.js';
import { DUTIES } from './duties.js';
import type { Gap } from './gaps.decide.js';

const API = '/api/device-management/v1';
const [OURS, THEIRS] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002'];
const [BERLIN, ZURICH] = ['01900000-0000-7000-8000-0000000000a1', '01900000-0000-7000-8000-0000000000a2'];

const place = {
  ...{ name: 'Depot', address: 'Street 1', city: 'Somewhere', timeZone: 'Europe/Berlin', publish: true },
  coordinates: { latitude: '52.520008', longitude: '13.404954' },
};
const connectors = [
  {
    ...{ connectorId: 1, standard: 'IEC_62196_T2_COMBO', format: 'CABLE', powerType: 'DC' },
    ...{ maxVoltage: 400, maxAmperage: 375 },
  },
];

const dutiesTold = DUTIES.filter(({ need }) => need === 'untold').map(({ duty }) => ({
  ...{ duty, isMet: true, evidence: 'data sheet, revision 3', on: '2026-05-01' },
}));

describe('GET /api/device-management/v1/afir-gaps', () => {
  let platform: TestServices;
  let [ours, theirs] = ['', ''];

  beforeAll(async () => {
    const clock = new ManualClock('2026-11-27T12:00:00Z');
    platform = await startTestServices([deviceManagementService], { clock });
    ours = await platform.admit({ operatorId: OURS });
    theirs = await platform.admit({ operatorId: THEIRS, partyId: 'XYZ' });
    await put(`locations/${BERLIN}`, { ...place, country: 'DEU' });
    await put(`locations/${ZURICH}`, { ...place, country: 'CHE' });
    await put('stations/CS-1', {
      locationId: BERLIN,
      released: true,
      evses: [
        { evseId: 1, evseUid: 'E1', operationalSince: '2023-01-01', connectors, onTenT: true, dutiesTold },
        { evseId: 2, evseUid: 'E2', paymentDevices: ['PED_TERMINAL'], connectors, dutiesTold },
      ],
    });
    await put('stations/CS-2', {
      locationId: ZURICH,
      released: true,
      evses: [{ evseId: 1, evseUid: 'E3', connectors }],
    });
  });
  afterAll(() => platform?.stop());

  const ask = <Body>(key: string, method: string, path: string, body?: unknown) =>
    platform.ask<Body>(key, method, `${API}/${path}`, body);
  const put = async (path: string, body: object) =>
    expect(await ask(ours, 'PUT', path, body)).toMatchObject({ status: 200 });
  const gaps = async (key: string, filter = '') =>
    (await ask<{ items: Gap[] }>(key, 'GET', `afir-gaps${filter}`)).body.items;

  it('names the public points in the EU that fall short, from when and why, to their operator alone', async () => {
    const found = await gaps(ours);
    expect(found.filter(({ duty }) => duty !== 'digitally-connected')).toEqual([
      {
        ...{ stationId: 'CS-1', evseId: 1, locationId: BERLIN, country: 'DEU', maxPowerW: 150_000 },
        ...{
          operationalSince: '2023-01-01',
          duty: 'terminal-at-all-fast-points',
          from: '2027-01-01',
          state: 'due-later',
        },
        reason: expect.stringContaining('paymentDevices'),
        source: expect.stringContaining('2023/1804'),
      },
    ]);
    expect(found.filter(({ duty }) => duty === 'digitally-connected').map(({ evseId }) => evseId)).toEqual([1, 2]);
    expect(await gaps(ours, `?locationId=${ZURICH}`)).toEqual([]);
    expect(await gaps(theirs)).toEqual([]);
  });

  it('goes by duties that are data, with their sources', async () => {
    const { status, body } = await ask<{ duties: object[] }>(ours, 'GET', 'afir-duties');
    expect(status).toBe(200);
    expect(body.duties).toContainEqual(
      expect.objectContaining({ duty: 'fixed-cable', from: '2025-04-14', points: { powerType: 'DC' } }),
    );
  });
});
