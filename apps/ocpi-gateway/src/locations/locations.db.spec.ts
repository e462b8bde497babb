import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { validator } from '@chargemesh/contracts';
import { Location221, Location230 } from '@chargemesh/ocpi';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import type { Static } from 'typebox';
import { v7 as uuidv7 } from 'uuid';
import { ocpiGatewayService } from '../index.js';
import { Sites } from '../testing/sites.js';

const OURS = '01900000-0000-7000-8000-000000000001';
const THEIRS = '01900000-0000-7000-8000-000000000002';
const PARTNERS = '/api/ocpi-gateway/v1/partners';
const PAGE_LIMIT = 2;
const as221 = validator(Location221);
const as230 = validator(Location230);
type Location = Static<typeof Location230>;

let clock: ManualClock;
let platform: TestServices;
let sites: Sites;
let token: string;

async function get<T>(path: string, as = token): Promise<{ status: number; code: number; headers: Headers; data: T }> {
  const url = path.startsWith('http') ? path : `${platform.url}/ocpi/cpo/${path}`;
  const response = await fetch(url, { headers: { authorization: `Token ${Buffer.from(as).toString('base64')}` } });
  const { status_code: code, data } = (await response.json()) as { status_code: number; data: T };
  return { status: response.status, code, headers: response.headers, data };
}
const list = (query = '', version = '2.3.0') => get<Location[]>(`${version}/locations${query}`);
const one = <T = Location>(path: string, version = '2.3.0') => get<T>(`${version}/locations/${path}`);
const idsOf = ({ data }: { data: Location[] }) => data.map(({ id }) => id);
const shown = (locationId: string, expected: object) =>
  eventually(async () => {
    const { data } = await one(locationId);
    expect(data).toMatchObject(expected);
    return data;
  });

async function partnerOf(key: string): Promise<string> {
  const path = `${PARTNERS}/${uuidv7()}`;
  await platform.ask(key, 'PUT', path, { name: 'eMSP', countryCode: 'NL', partyId: 'MSP' });
  return (await platform.ask<{ token: string }>(key, 'POST', `${path}/token`)).body.token;
}

beforeAll(async () => {
  clock = new ManualClock('2026-03-01T12:00:00.000Z');
  platform = await startTestServices([ocpiGatewayService], {
    clock,
    environment: { OCPI_PAGE_LIMIT: String(PAGE_LIMIT) },
  });
  sites = new Sites((events) => platform.send(events));
  token = await partnerOf(await platform.admit({ operatorId: OURS, countryCode: 'DE', partyId: 'ABC' }));
});
afterAll(() => platform.stop());

describe('a location', () => {
  it('is read whole, as one EVSE and as one connector, in either version', async () => {
    const { locationId, evseUid } = await sites.open(OURS);
    await shown(locationId, { id: locationId, country_code: 'DE', party_id: 'ABC', evses: [{ status: 'AVAILABLE' }] });
    for (const version of ['2.2.1', '2.3.0']) {
      const location = (await one(locationId, version)).data;
      (version === '2.2.1' ? as221 : as230)(location);
      const [evse] = location.evses ?? [];
      expect((await one(`${locationId}/${evseUid}`, version)).data).toEqual(evse);
      expect((await one(`${locationId}/${evseUid}/1`, version)).data).toEqual(evse?.connectors[0]);
    }
    expect((await one(locationId, '2.2.1')).data).not.toHaveProperty('help_phone');
    expect((await one(locationId)).data).toMatchObject({ help_phone: '+49 30 1234567' });
  });

  it('that is not there is answered 404, and so are its parts', async () => {
    const { locationId, evseUid } = await sites.open(OURS);
    await shown(locationId, {});
    for (const path of [uuidv7(), 'nothing', `${locationId}/nothing`, `${locationId}/${evseUid}/9`])
      expect(await one(path)).toMatchObject({ status: 404, code: 2000 });
  });

  it('that is not published is told to nobody', async () => {
    const hidden = await sites.open(OURS, { publish: false });
    const { locationId } = await sites.open(OURS);
    await shown(locationId, {});
    expect((await one(hidden.locationId)).status).toBe(404);
  });

  it('of another operator is not seen', async () => {
    const theirs = await partnerOf(await platform.admit({ operatorId: THEIRS, partyId: 'XYZ' }));
    const { locationId } = await sites.open(OURS);
    await shown(locationId, {});
    expect((await get(`2.3.0/locations/${locationId}`, theirs)).status).toBe(404);
    expect((await get<Location[]>('2.3.0/locations', theirs)).data).toEqual([]);
  });

  it('appears whichever is told first, the location or its station', async () => {
    const site = sites.new(OURS);
    await platform.send([site.station()]);
    await platform.handled();
    expect((await one(site.locationId)).status).toBe(404);
    await platform.send([site.location()]);
    await shown(site.locationId, { evses: [{ uid: site.evseUid }] });
  });

  it('that is closed, or whose station is taken away, says that its EVSEs are removed', async () => {
    const [closed, emptied] = [await sites.open(OURS), await sites.open(OURS)];
    await shown(closed.locationId, {});
    await shown(emptied.locationId, {});
    await platform.send([closed.location({ publish: false, name: 'Secret' }), emptied.station({ deleted: true })]);
    for (const { locationId } of [closed, emptied])
      await shown(locationId, { name: 'A place', publish: true, evses: [{ status: 'REMOVED' }] });
  });

  it('that a station leaves keeps its EVSE as removed', async () => {
    const [from, to] = [await sites.open(OURS), await sites.open(OURS)];
    await shown(from.locationId, {});
    await shown(to.locationId, {});
    await platform.send([from.station({ locationId: to.locationId })]);
    await shown(from.locationId, { evses: [{ uid: from.evseUid, status: 'REMOVED' }] });
    const moved = await shown(to.locationId, {});
    expect(moved.evses?.map(({ uid, status }) => [uid, status]).sort()).toEqual(
      [from, to].map(({ evseUid }) => [evseUid, 'AVAILABLE']).sort(),
    );
  });
});

describe('a status', () => {
  it('lifts the times of its EVSE and of the location, and an older one changes nothing', async () => {
    const site = await sites.open(OURS);
    const before = await shown(site.locationId, {});
    clock.advance(60);
    const old = site.station({ status: 'Faulted' });
    await platform.send([site.station({ status: 'Occupied' })]);
    const busy = await shown(site.locationId, { evses: [{ status: 'CHARGING' }] });
    const now = clock.now().toISOString();
    expect([busy.last_updated, busy.evses?.[0]?.last_updated]).toEqual([now, now]);
    expect(busy.evses?.[0]?.connectors).toEqual(before.evses?.[0]?.connectors);
    clock.advance(60);
    await platform.send([old]);
    await platform.handled();
    expect((await one(site.locationId)).data).toEqual(busy);
  });
});

describe('the list of locations', () => {
  let ids: string[];
  let site: ReturnType<Sites['new']>;

  beforeEach(async () => {
    clock.advance(3_600);
    ids = [];
    for (let n = 0; n < 5; n++) {
      site = await sites.open(OURS);
      await shown(site.locationId, {});
      ids.push(site.locationId);
    }
  });
  const since = () => `date_from=${clock.now().toISOString()}`;

  it('is read page by page by its links, which keep the filters, each location once', async () => {
    const seen: string[] = [];
    for (let next: string | undefined = `2.3.0/locations?${since()}&limit=100`; next !== undefined;) {
      const page: Awaited<ReturnType<typeof list>> = await get<Location[]>(next);
      expect(page.headers.get('x-total-count')).toBe('5');
      expect(page.headers.get('x-limit')).toBe(String(PAGE_LIMIT));
      seen.push(...idsOf(page));
      next = /^<(.+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1];
      if (next !== undefined) expect(new URL(next).searchParams.get('date_from')).toBe(clock.now().toISOString());
    }
    expect(seen).toEqual(ids);
  });

  it('is in the order in which they were first told of, also by offset and after changes', async () => {
    await platform.send([site.location({ name: 'Renamed' })]);
    await shown(site.locationId, { name: 'Renamed' });
    expect(idsOf(await list(`?${since()}&offset=3`))).toEqual(ids.slice(3));
    expect(idsOf(await list(`?${since()}&offset=1&limit=1`))).toEqual(ids.slice(1, 2));
  });

  it('has from a time on what changed since, each location whole; that time is within, the end is not', async () => {
    const before = clock.now();
    clock.advance(60);
    const [first] = ids;
    const changed = sites.known(first ?? '');
    await platform.send([changed.station({ status: 'Occupied' })]);
    await shown(first ?? '', { evses: [{ status: 'CHARGING' }] });
    const now = clock.now().toISOString();
    const found = await list(`?date_from=${now}`);
    expect(idsOf(found)).toEqual([first]);
    expect(found.data[0]?.evses).toHaveLength(1);
    expect(idsOf(await list(`?date_from=${before.toISOString()}&date_to=${now}`))).toEqual(ids.slice(1, 3));
    expect(await list('?date_from=yesterday')).toMatchObject({ status: 200, code: 2001 });
  });

  it('has in 2.2.1 the same locations, in its words', async () => {
    const { data } = await list(`?${since()}`, '2.2.1');
    expect(data.map(({ id }) => id)).toEqual(ids.slice(0, PAGE_LIMIT));
    for (const location of data) as221(location);
  });
});
