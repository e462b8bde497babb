import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DataOf, LocationState, StationState, newEvent } from '@chargemesh/contracts';
import { asAdmin } from '@chargemesh/persistence/testing';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { place } from '@chargemesh/testing/billing';
import type { Static } from 'typebox';
import { v7 as uuidv7 } from 'uuid';
import type { AssignmentBody } from '../assignments/assignments.schema.js';
import { tariffsService } from '../../index.js';
import { ocpiTariff } from '../../testing/tariffs.js';
import type { ShortfallView } from './compliance.schema.js';

const API = '/api/tariffs/v1';
const SINCE = '2026-04-01T00:00:00Z';

/** What refuses nothing. */
const TOLD_ONLY: ReadonlySet<string> = new Set(['afir-difference-unjustified', 'afir-price-not-shown']);

interface Refusal {
  code: string;
  detail?: string;
  title: string;
}
type Target = AssignmentBody['target'];
type Audience = AssignmentBody['audience'];

describe('prices as the law wants them', () => {
  let platform: TestServices;
  let operatorId: string;
  let key: string;
  let fast: string;
  let slow: string;
  let swiss: string;

  const ask = <Body>(method: string, path: string, body?: unknown) =>
    platform.ask<Body>(key, method, `${API}/${path}`, body);

  async function publish(type: 'FLAT' | 'PARKING_TIME', currency = 'EUR', tariffId: string = uuidv7()) {
    const { elements, ...more } = ocpiTariff();
    const [energy] = elements[0]?.price_components ?? [];
    const tariff = { ...more, currency, elements: [{ price_components: [energy, { type, price: 6, vat: 19 }] }] };
    const { status, body } = await ask<Refusal>('PUT', `tariffs/${tariffId}`, { name: type, tariff });
    return { tariffId, status, code: body.code };
  }

  async function assign(tariffId: string, target: Target, audience?: Audience, id: string = uuidv7(), more = {}) {
    const body = { tariffId, target, audience, validFrom: SINCE, ...more };
    const answer = await ask<Refusal>('PUT', `tariff-assignments/${id}`, body);
    return answer.status === 200 ? 'assigned' : answer.body.code;
  }

  const allShortfalls = async () =>
    (await ask<{ items: Static<typeof ShortfallView>[] }>('GET', 'price-shortfalls')).body.items;
  const shortfalls = async () => (await allShortfalls()).filter(({ code }) => !TOLD_ONLY.has(code));

  async function station(stationId: string, locationId: string, maxPowerW: number, version = 1, more = {}) {
    const connector = { connectorId: 1, standard: 'X', format: 'CABLE' as const, powerType: 'DC' as const };
    const connectors = [{ ...connector, maxVoltage: 400, maxAmperage: 1, maxPowerW }];
    const evses = [{ evseId: 1, evseUid: `${stationId}-1`, ...more, connectors }];
    const known = { operatorId, locationId, version, deleted: false, stationId, released: true, connected: true };
    await platform.send([newEvent(StationState, { operatorId, time: SINCE, data: { ...known, evses } })]);
  }

  async function location(locationId: string, more: Partial<DataOf<typeof LocationState>> = {}) {
    const data = { operatorId, locationId, version: 1, deleted: false, ...place, publish: true, ...more };
    await platform.send([newEvent(LocationState, { operatorId, time: SINCE, data })]);
  }

  beforeAll(async () => {
    platform = await startTestServices([tariffsService], { clock: new ManualClock('2026-03-03T00:00:00Z') });
  });

  afterAll(() => platform.stop());

  // Every test has an operator and places of its own.
  beforeEach(async () => {
    [operatorId, fast, slow, swiss] = [uuidv7(), uuidv7(), uuidv7(), uuidv7()];
    key = await platform.admit({ operatorId, partyId: operatorId.slice(-3).toUpperCase() });
    await location(fast);
    await location(slow);
    await station(`F-${fast.slice(-8)}`, fast, 150_000);
    await station(`S-${slow.slice(-8)}`, slow, 22_000);
    await platform.handled();
  });

  /** A location that is paid in francs, once it is known. */
  async function inSwitzerland() {
    await location(swiss, { country: 'CHE' });
    await platform.handled();
  }

  const at = (locationId: string): Target => ({ scope: 'location', locationId });
  const adHoc: Audience = { kind: 'ad-hoc' };

  it('refuse a session fee for ad hoc customers and for everybody at 50 kW, and allow an occupancy fee', async () => {
    const [{ tariffId: fee }, { tariffId: occupancy }] = [await publish('FLAT'), await publish('PARKING_TIME')];
    const evse: Target = { scope: 'evse', stationId: `F-${fast.slice(-8)}`, evseId: 1 };
    expect(await assign(fee, evse, adHoc)).toBe('afir-components');
    expect(await assign(fee, at(fast), adHoc)).toBe('afir-components');
    expect(await assign(fee, { scope: 'operator' }, adHoc)).toBe('afir-components');
    expect(await assign(fee, at(fast))).toBe('afir-components');
    expect(await assign(fee, at(slow), adHoc)).toBe('assigned');
    expect(await assign(fee, at(fast), { kind: 'token-group', groupId: 'FLEET' })).toBe('assigned');
    expect(await assign(occupancy, at(fast), adHoc)).toBe('assigned');
    expect(await shortfalls()).toEqual([]);
  });

  it('have a reason and a day on record where some customers pay others, and are told until they have', async () => {
    await station(`F-${fast.slice(-8)}`, fast, 150_000, 2, { priceShownBy: 'a board' });
    const { tariffId } = await publish('PARKING_TIME');
    const [id, audience] = [uuidv7(), { kind: 'partner', countryCode: 'NL', partyId: 'EMS' } as const];
    expect(await assign(tariffId, at(fast))).toBe('assigned');
    expect(await assign(tariffId, at(fast), audience, id)).toBe('assigned');
    await eventually(async () =>
      expect(await allShortfalls()).toMatchObject([
        { code: 'afir-difference-unjustified', assignmentId: id, tariffId },
      ]),
    );
    const justification = { reason: 'takes all of a depot by the year', on: '2026-02-01' };
    expect(await assign(tariffId, at(fast), audience, id, { justification })).toBe('assigned');
    expect(await allShortfalls()).toEqual([]);
    expect((await ask<AssignmentBody>('GET', `tariff-assignments/${id}`)).body.justification).toEqual(justification);
    const { body } = await ask<{ items: { change: unknown }[] }>('GET', 'audit-trail?limit=500');
    expect(JSON.stringify(body.items)).toContain(justification.reason);
  });

  it('of some customers at places that are not for the public are their own matter', async () => {
    const depot = uuidv7();
    await location(depot, { publish: false });
    await station(`D-${depot.slice(-8)}`, depot, 150_000);
    await platform.handled();
    const { tariffId } = await publish('PARKING_TIME');
    expect(await assign(tariffId, at(depot), { kind: 'token-group', groupId: 'FLEET' })).toBe('assigned');
    expect(await allShortfalls()).toEqual([]);
  });

  it('are told where drivers see them nowhere at 50 kW, until the station has taken them or something else shows them', async () => {
    const stationId = `F-${fast.slice(-8)}`;
    const { tariffId } = await publish('PARKING_TIME');
    const now = { validFrom: '2026-03-03T00:00:00Z' };
    expect(await assign(tariffId, { scope: 'operator' }, undefined, uuidv7(), now)).toBe('assigned');
    const unshown = [{ code: 'afir-price-not-shown', tariffId, detail: expect.stringContaining(`${stationId}:1`) }];
    await eventually(async () => expect(await allShortfalls()).toMatchObject(unshown));
    await station(stationId, fast, 150_000, 2, { priceShownBy: 'a board at the entry' });
    await eventually(async () => expect(await allShortfalls()).toEqual([]));
    await station(stationId, fast, 150_000, 3);
    await eventually(async () => expect(await allShortfalls()).toMatchObject(unshown));
    const told = (status: string) =>
      asAdmin(platform.adminUrl, (admin) =>
        admin.query(
          `INSERT INTO tariffs.station_tariffs (station_id, evse_id, operator_id, tariff_id, tariff_version, status, changed_at)
           VALUES ($1, 1, $2, $3, 1, $4, now()) ON CONFLICT (station_id, evse_id) DO UPDATE SET status = EXCLUDED.status`,
          [stationId, operatorId, tariffId, status],
        ),
      );
    await told('rejected');
    expect(await allShortfalls()).toMatchObject(unshown);
    await told('accepted');
    expect(await allShortfalls()).toEqual([]);
  });

  it('leave alone what is not public', async () => {
    const { tariffId } = await publish('FLAT');
    await location(fast, { publish: false, version: 2 });
    await eventually(async () => expect(await assign(tariffId, at(fast))).toBe('assigned'));
    await location(fast, { publish: true, version: 3 });
    await eventually(async () => expect(await shortfalls()).toMatchObject([{ code: 'afir-components', tariffId }]));
  });

  it.each([
    ['older than the law', { operationalSince: '2024-04-12' }],
    ['excepted by the operator, with a reason', { adHocPriceUnchecked: 'a depot behind a gate' }],
  ])('leave alone an EVSE that is %s', async (_what, more) => {
    const { tariffId } = await publish('FLAT');
    const stationId = `F-${fast.slice(-8)}`;
    expect(await assign(tariffId, at(fast), adHoc)).toBe('afir-components');
    await station(stationId, fast, 150_000, 2, more);
    await eventually(async () => expect(await assign(tariffId, at(fast), adHoc)).toBe('assigned'));
    expect(await shortfalls()).toEqual([]);
    await station(stationId, fast, 150_000, 3, { operationalSince: '2024-04-13' });
    await eventually(async () => expect(await shortfalls()).toMatchObject([{ code: 'afir-components', tariffId }]));
  });

  it("let everybody's price be any where ad hoc customers have their own all the time", async () => {
    const [{ tariffId: fee }, { tariffId: occupancy }] = [await publish('FLAT'), await publish('PARKING_TIME')];
    const id = uuidv7();
    expect(await assign(occupancy, { scope: 'operator' }, adHoc, id, { validTo: '2026-05-01T00:00:00Z' })).toBe(
      'assigned',
    );
    expect(await assign(fee, at(fast))).toBe('afir-components');
    expect(await assign(occupancy, { scope: 'operator' }, adHoc, id)).toBe('assigned');
    expect(await assign(fee, at(fast))).toBe('assigned');
  });

  it('refuse a new version that would break them where the tariff is assigned', async () => {
    const { tariffId } = await publish('PARKING_TIME');
    await assign(tariffId, at(fast), adHoc);
    expect(await publish('FLAT', 'EUR', tariffId)).toMatchObject({ status: 422, code: 'afir-components' });
    expect(await publish('PARKING_TIME', 'USD', tariffId)).toMatchObject({ code: 'currency-not-of-location' });
  });

  it('report a tariff that became wrong when its EVSE got more power, and keep it', async () => {
    const { tariffId } = await publish('FLAT');
    const id = uuidv7();
    expect(await assign(tariffId, at(slow), undefined, id)).toBe('assigned');
    await station(`S-${slow.slice(-8)}`, slow, 50_000, 2);
    await eventually(async () =>
      expect(await shortfalls()).toMatchObject([
        { code: 'afir-components', assignmentId: id, country: 'DEU', detail: expect.stringContaining('S-') },
      ]),
    );
    const validTo = '2026-06-01T00:00:00Z';
    expect(await assign(tariffId, at(slow), undefined, id, { validTo })).toBe('assigned');
  });

  it('want the currency of the location, also in a group', async () => {
    await inSwitzerland();
    const [{ tariffId: euro }, { tariffId: francs }] = [await publish('FLAT'), await publish('FLAT', 'CHF')];
    expect(await assign(euro, at(swiss))).toBe('currency-not-of-location');
    expect(await assign(euro, { scope: 'operator' }, { kind: 'token-group', groupId: 'F' })).toBe(
      'currency-not-of-location',
    );
    expect(await assign(francs, at(slow))).toBe('currency-not-of-location');
    expect(await assign(francs, at(swiss))).toBe('assigned');
    const locationGroupId = uuidv7();
    await ask('PUT', `location-groups/${locationGroupId}`, { name: 'DE', locationIds: [slow] });
    expect(await assign(euro, { scope: 'location-group', locationGroupId })).toBe('assigned');
    const joined = await ask<Refusal>('PUT', `location-groups/${locationGroupId}`, {
      name: 'DE',
      locationIds: [slow, fast],
    });
    expect([joined.status, joined.body.code]).toEqual([422, 'afir-components']);
  });

  it('let one tariff be for the whole operator where other currencies have their own', async () => {
    await inSwitzerland();
    const [{ tariffId: euro }, { tariffId: francs }] = [await publish('PARKING_TIME'), await publish('FLAT', 'CHF')];
    expect(await assign(euro, { scope: 'operator' })).toBe('currency-not-of-location');
    expect(await assign(francs, at(swiss))).toBe('assigned');
    expect(await assign(euro, { scope: 'operator' })).toBe('assigned');
  });

  it('refuse an hourly price without an exact price per minute', async () => {
    const { elements, ...more } = ocpiTariff();
    const tariff = { ...more, elements: [{ price_components: [{ type: 'TIME', price: 2 }] }, ...elements] };
    const answer = await ask<Refusal & { errors: { pointer: string }[] }>('PUT', `tariffs/${uuidv7()}`, {
      name: 'T',
      tariff,
    });
    expect(answer).toMatchObject({ status: 422, body: { code: 'price-per-minute-inexact' } });
    expect(answer.body.errors.map(({ pointer }) => pointer)).toEqual(['/tariff/elements/0/price_components/0/price']);
  });
});
