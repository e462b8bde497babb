import { describe, expect, it } from '@jest/globals';
import type { KnownEvse } from '../projections/projections.js';
import { type Change, type Site, type Told, changeOf } from './locations.decide.js';

const EARLIER = '2026-03-01T11:00:00.000Z';
const NOW = '2026-03-01T12:00:00.000Z';

type Connector = KnownEvse['connectors'][number];
const connector = (more: Partial<Connector> = {}): Connector => ({
  ...{ connectorId: 1, standard: 'IEC_62196_T2', format: 'SOCKET', powerType: 'AC_3_PHASE' },
  ...{ maxVoltage: 400, maxAmperage: 32, status: 'Available' },
  ...more,
});
const evse = (evseUid: string, ...connectors: Connector[]): KnownEvse => ({
  ...{
    evseUid,
    evseRef: undefined,
    paymentDevices: undefined,
    parkingRestrictions: undefined,
    parkingSpaces: undefined,
  },
  connectors: connectors.length > 0 ? connectors : [connector()],
});
const station = (...evses: KnownEvse[]) => ({ released: true, connected: true, evses });
const site = (more: Partial<Site> = {}): Site => ({
  ...{ locationId: 'l', operatorId: 'o', isPublic: true, stations: [station(evse('a'), evse('b'))] },
  place: {
    ...{ name: 'A place', address: 'Street 1', city: 'Berlin', country: 'DEU', timeZone: 'Europe/Berlin' },
    coordinates: { latitude: '52.52000', longitude: '13.40495' },
  },
  ...more,
});
const change = (of: Site, told?: Told, at = NOW) => changeOf(of, told, new Date(at));
/** What is told after a change. */
const after = ({ place, lastUpdated, evses }: Change, before: Told['evses'] = []): Told => {
  const all = new Map([...before, ...evses].map((it) => [it.evseUid, it]));
  return { place, lastUpdated, evses: [...all.values()] };
};
const told = (of = site()) => after(change(of, undefined, EARLIER)!);
const statuses = (found: Change | undefined) => found?.evses.map(({ evseUid, status }) => [evseUid, status]);

describe('a location', () => {
  it('is told of with all its EVSEs once it has one', () => {
    expect(change(site({ stations: [] }))).toBeUndefined();
    expect(change(site())).toMatchObject({ isNew: true, isStructural: true, lastUpdated: NOW });
    expect(statuses(change(site()))).toEqual([
      ['a', 'AVAILABLE'],
      ['b', 'AVAILABLE'],
    ]);
  });

  it('that is not to be published is told to nobody', () => {
    expect(change(site({ isPublic: false }))).toBeUndefined();
  });

  it('that is told once more says nothing new', () => {
    expect(change(site(), told())).toBeUndefined();
  });

  it('that moves is told anew, and its EVSEs stay as they were', () => {
    const place = { ...site().place, address: 'Street 2' };
    expect(change(site({ place }), told())).toMatchObject({ place, isStructural: true, evses: [], lastUpdated: NOW });
  });

  it('that is no longer published stays as it was last told, with its EVSEs removed', () => {
    const place = { ...site().place, address: 'A secret' };
    const found = change(site({ place, isPublic: false }), told());
    expect(found?.place).toEqual(site().place);
    expect(statuses(found)).toEqual([
      ['a', 'REMOVED'],
      ['b', 'REMOVED'],
    ]);
    expect(change(site({ place, isPublic: false }), after(found!))).toBeUndefined();
  });
});

describe('an EVSE', () => {
  it('whose status changes lifts its own time and that of its location, not those of its neighbours and connectors', () => {
    const busy = site({ stations: [station(evse('a', connector({ status: 'Occupied' })), evse('b'))] });
    expect(change(busy, told())).toMatchObject({
      ...{ lastUpdated: NOW, isStructural: false },
      evses: [{ evseUid: 'a', status: 'CHARGING', lastUpdated: NOW, connectors: [{ lastUpdated: EARLIER }] }],
    });
  });

  it('whose connector changes is changed with it, up to the location', () => {
    const stronger = site({ stations: [station(evse('a', connector({ maxAmperage: 63 })), evse('b'))] });
    expect(change(stronger, told())).toMatchObject({
      ...{ lastUpdated: NOW, isStructural: true },
      evses: [{ evseUid: 'a', lastUpdated: NOW, connectors: [{ maxAmperage: 63, lastUpdated: NOW }] }],
    });
  });

  it('whose station is away is unknown', () => {
    const away = site({ stations: [{ ...station(evse('a'), evse('b')), connected: false }] });
    expect(statuses(change(away, told()))).toEqual([
      ['a', 'UNKNOWN'],
      ['b', 'UNKNOWN'],
    ]);
  });

  it('is not told of before its station is released, and inoperative while it is taken out of service', () => {
    const closed = site({ stations: [{ ...station(evse('a')), released: false }] });
    expect(change(closed)).toBeUndefined();
    expect(statuses(change(closed, told(site({ stations: [station(evse('a'))] }))))).toEqual([['a', 'INOPERATIVE']]);
  });

  it('that is gone is removed, once, and may come back', () => {
    const without = site({ stations: [station(evse('a'))] });
    const found = change(without, told());
    expect(found?.evses).toMatchObject([{ evseUid: 'b', status: 'REMOVED', connectors: [{ connectorId: 1 }] }]);
    const next = after(found!, told().evses);
    expect(change(without, next)).toBeUndefined();
    expect(statuses(change(site(), next))).toEqual([['b', 'AVAILABLE']]);
  });

  it('is told of without connectors that OCPI has no word for, and not at all without others', () => {
    const odd = connector({ connectorId: 2, standard: 'HOME_MADE' });
    const found = change(site({ stations: [station(evse('a', connector(), odd), evse('b', odd))] }));
    expect(found?.evses).toMatchObject([{ evseUid: 'a', connectors: [{ connectorId: 1 }] }]);
  });
});
