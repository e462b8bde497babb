import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TransactionStarted, type Topic, locations, meterKeys, newEvent } from '@chargemesh/contracts';
import { TestMeter } from '@chargemesh/signed-data/testing';
import { type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import { deviceManagementService } from '../index.js';
import type { MeterKeyView } from './meter-keys.schema.js';

const API = '/api/device-management/v1';
const OURS = '01900000-0000-7000-8000-000000000001';
const LOCATION = '01900000-0000-7000-8000-0000000000a1';
const AT = '2026-03-01T12:00:00Z';

const place = {
  ...{ name: 'Depot', address: 'Street 1', city: 'Berlin', country: 'DEU', timeZone: 'Europe/Berlin' },
  coordinates: { latitude: '52.520008', longitude: '13.404954' },
};
const cable = { standard: 'IEC_62196_T2', format: 'CABLE', powerType: 'AC_3_PHASE', maxVoltage: 230, maxAmperage: 32 };

describe('the keys of meters', () => {
  let platform: TestServices;
  let [ours, theirs, viewer] = ['', '', ''];

  const ask = <Body>(method: string, path: string, body?: unknown, key = ours) =>
    platform.ask<Body>(key, method, `${API}/${path}`, body);
  const put = (id: string, body: object, key = ours) =>
    ask<MeterKeyView & { code: string }>('PUT', `meter-keys/${id}`, body, key);
  const list = async (query: string, key = ours) =>
    (await ask<{ items: MeterKeyView[] }>('GET', `meter-keys?${query}`, undefined, key)).body.items;
  const told = async (topic: Topic, about: object) =>
    (await platform.told(topic))
      .map(({ data }) => data)
      .filter((data) => expect.objectContaining(about).asymmetricMatch(data));

  /** A station, which begins a transaction and says its meter's key with it. */
  async function station(stationId: string, ...meters: TestMeter[]): Promise<void> {
    const evses = [1, 2].map((evseId) => ({ evseId, connectors: [{ connectorId: 1, ...cable }] }));
    expect((await ask('PUT', `stations/${stationId}`, { locationId: LOCATION, evses })).status).toBe(200);
    for (const { keyHex } of meters) {
      const samples = [{ at: AT, values: [], signed: [{ data: 'OCMF|{}|{}', publicKey: keyHex }] }];
      const on = { stationId, epoch: 1, receivedAt: AT, evseId: 1, transactionId: uuidv7() };
      const data = { ...on, at: AT, offline: false, trigger: 'Authorized', samples };
      await platform.send([newEvent(TransactionStarted, { operatorId: OURS, time: AT, data })]);
    }
  }

  beforeAll(async () => {
    platform = await startTestServices([deviceManagementService]);
    ours = await platform.admit({ operatorId: OURS });
    theirs = await platform.admit({ operatorId: uuidv7(), partyId: 'XYZ' });
    viewer = await platform.admit({ operatorId: OURS, role: 'operator' });
    await ask('PUT', `locations/${LOCATION}`, place);
  });

  afterAll(() => platform.stop());

  it('are missed at points that sell kWh by signed values, until somebody has registered them', async () => {
    const gaps = async (key = ours) =>
      (await ask<{ items: object[] }>('GET', 'meter-key-gaps?limit=500', undefined, key)).body.items.filter((gap) =>
        expect.objectContaining({ stationId: 'MK-GAP' }).asymmetricMatch(gap),
      );
    const gap = (evseId: number, state: string) => ({ stationId: 'MK-GAP', evseId, state, country: 'DEU' });
    const meter = new TestMeter();
    await station('MK-GAP', meter);
    await eventually(async () => expect(await gaps()).toMatchObject([gap(1, 'unconfirmed'), gap(2, 'no-key')]));
    expect(await gaps(theirs)).toEqual([]);
    const [said] = await list('stationId=MK-GAP');
    const confirmed = { stationId: 'MK-GAP', evseId: 1, publicKey: meter.keyHex };
    expect((await put(said?.id ?? '', confirmed)).status).toBe(200);
    expect(await gaps()).toMatchObject([gap(2, 'no-key')]);
  });

  it('are entered by hand in any spelling, told in one, and retired', async () => {
    const [id, meter] = [uuidv7(), new TestMeter()];
    await station('MK-1');
    const pem = meter.publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const body = { stationId: 'MK-1', evseId: 1, meterSerial: 'M1', publicKey: pem };
    const publicKey = meter.keyHex.toUpperCase();
    expect(await put(id, body)).toMatchObject({
      ...{ status: 200, body: { id, ...body, publicKey, trust: 'operator', status: 'active' } },
    });
    const { publicKey: _, ...where } = body;
    await eventually(async () =>
      expect(await told(meterKeys, { meterKeyId: id })).toMatchObject([
        { ...where, publicKey, trust: 'operator', version: 1, deleted: false },
      ]),
    );
    expect((await ask('DELETE', `meter-keys/${id}`)).status).toBe(204);
    expect((await ask('DELETE', `meter-keys/${id}`)).status).toBe(204);
    expect((await ask<MeterKeyView>('GET', `meter-keys/${id}`)).body).toMatchObject({ status: 'retired' });
    await eventually(async () =>
      expect(await told(meterKeys, { meterKeyId: id })).toMatchObject([{ version: 1 }, { version: 2, deleted: true }]),
    );
  });

  it('are trusted when a station says them first; another one is refused until somebody decides', async () => {
    const [first, second] = [new TestMeter(), new TestMeter()];
    await station('MK-2', first, first, second);
    const [trusted, refused] = await eventually(async () => {
      const keys = await list('stationId=MK-2');
      expect(keys).toHaveLength(2);
      return keys.toSorted((a, b) => (a.status < b.status ? -1 : 1));
    });
    expect(trusted).toMatchObject({ evseId: 1, trust: 'first-use', status: 'active' });
    expect(refused).toMatchObject({ publicKey: second.keyHex.toUpperCase(), status: 'refused' });
    expect(await list('status=refused')).toEqual([refused]);
    const confirm = () => put(refused!.id, { stationId: 'MK-2', evseId: 1, publicKey: refused!.publicKey });
    expect(await confirm()).toMatchObject({ status: 409, body: { code: 'meter-key-taken', meterKeyId: trusted?.id } });
    await ask('DELETE', `meter-keys/${trusted?.id}`);
    expect(await confirm()).toMatchObject({ status: 200, body: { trust: 'operator', status: 'active' } });
    await eventually(async () => {
      const states = await told(meterKeys, { stationId: 'MK-2' });
      expect(states).toHaveLength(3);
      expect(states).toContainEqual(expect.objectContaining({ meterKeyId: refused?.id, version: 2, deleted: false }));
    });
  });

  it('are refused where they are none, of nobody, or not for the caller to say', async () => {
    const key = { stationId: 'MK-1', publicKey: new TestMeter().keyHex };
    expect(await put(uuidv7(), { ...key, publicKey: 'no key' })).toMatchObject({
      ...{ status: 422, body: { code: 'public-key-unreadable' } },
    });
    expect((await put(uuidv7(), { ...key, stationId: 'NOWHERE' })).status).toBe(404);
    expect((await put(uuidv7(), key, theirs)).status).toBe(404);
    expect((await put(uuidv7(), key, viewer)).status).toBe(403);
    expect(await list('', theirs)).toEqual([]);
  });

  it('count where the location says that only verified energy is billed', async () => {
    const { body } = await ask('PUT', `locations/${LOCATION}`, { ...place, billVerifiedOnly: true });
    expect(body).toMatchObject({ billVerifiedOnly: true });
    await eventually(async () =>
      expect(await told(locations, { locationId: LOCATION, version: 2 })).toMatchObject([{ billVerifiedOnly: true }]),
    );
  });
});
