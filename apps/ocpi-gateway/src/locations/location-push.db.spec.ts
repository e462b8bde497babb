import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { validator } from '@chargemesh/contracts';
import { Location221, Location230 } from '@chargemesh/ocpi';
import { OutboundWorkers } from '@chargemesh/outbound';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import type { DeliveryView } from '../deliveries/deliveries.schema.js';
import { ocpiGatewayService } from '../index.js';
import { PartnerPlatform } from '../testing/partner-platform.js';
import { Sites } from '../testing/sites.js';

const PARTNERS = '/api/ocpi-gateway/v1/partners';
const emsp = { countryCode: 'NL', partyId: 'MSP' };

let clock: ManualClock;
let platform: TestServices;
let sites: Sites;
let operatorId: string;
let operators = 0;
let ours: string;
let partner: PartnerPlatform;
let partnerId: string;

async function connect(version = '2.2.1', receives = ['locations']): Promise<void> {
  partner = await PartnerPlatform.start(emsp);
  partner.receives = receives;
  partner.versions = [version];
  partnerId = uuidv7();
  const { body } = await platform.ask<{ token: string }>(ours, 'PUT', `${PARTNERS}/${partnerId}`, {
    ...{ name: 'eMSP', ...emsp },
  });
  await partner.register(`${platform.url}/ocpi/cpo/${version}/credentials`, { token: body.token });
}

const told = (at = partner) => at.heard.filter(({ path }) => path.startsWith('/locations'));
const deliveries = async () =>
  (await platform.ask<{ items: DeliveryView[] }>(ours, 'GET', `${PARTNERS}/${partnerId}/deliveries?order=oldest`)).body
    .items;
const settled = () =>
  eventually(async () => expect((await deliveries()).filter(({ state }) => state === 'waiting')).toEqual([]));
/** A site that the partner has been told of. */
async function opened() {
  const site = await sites.open(operatorId);
  await eventually(() => expect(told().at(-1)?.body).toMatchObject({ evses: [{ status: 'AVAILABLE' }] }));
  await settled();
  return site;
}
const later = (seconds: number) => {
  clock.advance(seconds);
  platform.app.get(OutboundWorkers).wake();
};

beforeAll(async () => {
  clock = new ManualClock('2026-03-01T12:00:00.000Z');
  platform = await startTestServices([ocpiGatewayService], {
    clock,
    environment: { OCPI_PARTNER_NETWORKS: 'loopback' },
  });
  sites = new Sites((events) => platform.send(events));
});
afterAll(() => platform.stop());

beforeEach(async () => {
  operatorId = uuidv7();
  ours = await platform.admit({ operatorId, countryCode: 'DE', partyId: `A${10 + operators++}` });
  await connect();
});
afterEach(() => partner.stop());

const ourParty = () => `DE/A${9 + operators}`;

describe('a location', () => {
  it.each([
    ['2.2.1', Location221],
    ['2.3.0', Location230],
  ])('is put whole at its partner in %s, the same that it reads', async (version, schema) => {
    await partner.stop();
    await connect(version);
    const { locationId } = await sites.open(operatorId);
    await eventually(() => expect(told().at(-1)?.body).toMatchObject({ evses: [{ status: 'AVAILABLE' }] }));
    const { method, path, body } = told().at(-1)!;
    expect([method, path]).toEqual(['PUT', `/locations/${ourParty()}/${locationId}`]);
    validator(schema)(body);
    const read = await partner.call('GET', `${platform.url}/ocpi/cpo/${version}/locations/${locationId}`);
    expect(read.data).toEqual(body);
  });

  it('whose name changes is put whole', async () => {
    const site = await opened();
    await platform.send([site.location({ name: 'Another' })]);
    await eventually(() => expect(told().at(-1)).toMatchObject({ method: 'PUT', body: { name: 'Another' } }));
  });

  it('of an EVSE that changes its status is told by that alone', async () => {
    const site = await opened();
    clock.advance(1);
    await platform.send([site.station({ status: 'Occupied' })]);
    await eventually(() => expect(told().at(-1)?.method).toBe('PATCH'));
    expect(told().at(-1)).toMatchObject({
      path: `/locations/${ourParty()}/${site.locationId}/${site.evseUid}`,
      body: { status: 'CHARGING', last_updated: clock.now().toISOString() },
    });
    expect((await deliveries()).at(-1)).toMatchObject({ module: 'locations', objectId: site.evseUid });
  });

  it('is told to partners that take locations, and only of their operator', async () => {
    const mine = partner;
    await connect('2.2.1', ['cdrs']);
    const reader = partner;
    await sites.open(operatorId);
    await sites.open(uuidv7());
    await eventually(() => expect(told(mine).length).toBeGreaterThan(0));
    await platform.handled();
    expect(new Set(told(mine).map(({ path }) => path)).size).toBe(1);
    expect(told(reader)).toEqual([]);
    await mine.stop();
  });
});

describe('a partner that is away', () => {
  it('gets the newest status of each EVSE when it is back, and none of those before', async () => {
    const site = await opened();
    partner.answer = () => ({ status: 503, body: '' });
    for (const status of ['Occupied', 'Available', 'Faulted'] as const) await platform.send([site.station({ status })]);
    await eventually(async () =>
      expect((await deliveries()).map(({ state }) => state).filter((state) => state === 'superseded')).not.toEqual([]),
    );
    await platform.handled();
    const taken = new Set<unknown>();
    partner.answer = ({ body }) => void taken.add((body as { status: string }).status);
    await eventually(async () => {
      later(60);
      expect((await deliveries()).every(({ state }) => state !== 'waiting')).toBe(true);
    });
    // Once, or twice where a call was in hand when the newest came: as it is by then.
    expect([...taken]).toEqual(['OUTOFORDER']);
  });

  it('for longer than an hour is told no old status', async () => {
    const site = await opened();
    partner.answer = () => ({ status: 500, body: '' });
    await platform.send([site.station({ status: 'Occupied' })]);
    await eventually(() => expect(told().at(-1)?.method).toBe('PATCH'));
    later(3_700);
    await eventually(async () => expect((await deliveries()).at(-1)).toMatchObject({ state: 'expired' }));
  });
});

describe('a partner that does not know an EVSE', () => {
  it.each([
    ['by HTTP 404', 404],
    ['in the envelope', 200],
  ])('%s is told of its location', async (_, status) => {
    const site = await opened();
    partner.answer = ({ method }) => (method === 'PATCH' ? { status, body: { status_code: 2003 } } : undefined);
    await platform.send([site.station({ status: 'Occupied' })]);
    await eventually(() => expect(told().at(-2)?.method).toBe('PATCH'));
    expect(told().at(-1)).toMatchObject({ method: 'PUT', body: { evses: [{ status: 'CHARGING' }] } });
  });
});
