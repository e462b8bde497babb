import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Command,
  CommandResult,
  type DataOf,
  LocationState,
  type OcppVersion,
  StationState,
  newEvent,
  stationCommands,
} from '@chargemesh/contracts';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { asAdmin } from '@chargemesh/persistence/testing';
import { LOCATION_ID, place, session, started } from '@chargemesh/testing/billing';
import { v7 as uuidv7 } from 'uuid';
import { tariffsService } from '../../index.js';
import { ocpiTariff } from '../../testing/tariffs.js';
import type { StationTariffView } from './station-tariffs.schema.js';

type Said = { commandId: string; stationId: string; command: Command; expiresAt: string; silent?: boolean };

const OURS = '01900000-0000-7000-8000-000000000001';
const THEIRS = '01900000-0000-7000-8000-000000000002';
const about = { operatorId: OURS, time: '2026-01-01T00:00:00Z' };

describe('tariffs at stations', () => {
  const clock = new ManualClock('2026-03-02T09:00:00Z');
  let platform: TestServices;
  let ours: string;
  let theirs: string;
  let versions = 0;

  beforeAll(async () => {
    platform = await startTestServices([tariffsService], { clock });
    ours = await platform.admit({ operatorId: OURS });
    theirs = await platform.admit({ operatorId: THEIRS, partyId: 'XYZ' });
    const location = { ...about, data: { operatorId: OURS, locationId: LOCATION_ID, version: 1, deleted: false } };
    await platform.send([
      newEvent(LocationState, { ...location, data: { ...location.data, ...place, publish: true } }),
    ]);
  });

  afterAll(() => platform.stop());

  const ask = <Body>(path: string, key = ours) => platform.ask<Body>(key, 'GET', `/api/tariffs/v1/${path}`);
  const put = async (path: string, body: unknown) => {
    const answer = await platform.ask<{ code?: string }>(ours, 'PUT', `/api/tariffs/v1/${path}`, body);
    expect([answer.status, answer.body.code]).toEqual([200, undefined]);
  };
  const publish = async (perKwh: number, tariffId = uuidv7(), stepSize = 1) => {
    const { elements, ...tariff } = ocpiTariff(perKwh);
    const stepped = elements.map(({ price_components: components }) => ({
      price_components: components.map((component) => ({ ...component, step_size: stepSize })),
    }));
    await put(`tariffs/${tariffId}`, { name: `At ${perKwh}`, tariff: { ...tariff, elements: stepped } });
    return tariffId;
  };
  const assign = async (tariffId: string, stationId: string, more: object = {}, evses = [1, 2]) => {
    for (const evseId of evses) {
      const target = { scope: 'evse', stationId, evseId };
      await put(`tariff-assignments/${uuidv7()}`, { tariffId, target, validFrom: '2026-01-01T00:00:00Z', ...more });
    }
  };
  const stateOf = (stationId: string, ocppVersion: OcppVersion = '2.1', connected = true, deleted = false) => {
    const evse = (evseId: number) => ({ evseId, evseUid: `${stationId}-${evseId}`, connectors: [] });
    const known = { stationId, operatorId: OURS, locationId: LOCATION_ID, version: ++versions, deleted };
    const data = { ...known, released: true, connected, ocppVersion, evses: [evse(1), evse(2)] };
    return newEvent(StationState, { ...about, data });
  };
  /** What is said to it comes as long after it as its boot takes, by the clock of the tests. */
  const connect = async (...state: Parameters<typeof stateOf>) => {
    await platform.send([stateOf(...state)]);
    await platform.handled();
  };
  const said = async (stationId: string) =>
    ((await platform.told(stationCommands)).map(({ data }) => data) as unknown as Said[]).filter(
      (one) => one.stationId === stationId,
    );
  const saidTo = (stationId: string, count: number) =>
    eventually(async () => {
      const all = await said(stationId);
      expect(all).toHaveLength(count);
      return all;
    });
  const answer = ({ commandId, stationId }: Said, status: DataOf<typeof CommandResult>['status'], detail?: string) => {
    const data = { commandId, stationId, askedBy: 'tariffs', status, at: clock.now().toISOString() };
    return platform.send([
      newEvent(CommandResult, { operatorId: OURS, time: data.at, data: { ...data, ...(detail ? { detail } : {}) } }),
    ]);
  };
  const shown = async (stationId: string) =>
    (await ask<{ items: StationTariffView[] }>(`station-tariffs?stationId=${stationId}`)).body.items;
  const statuses = (stationId: string, ...expected: string[]) =>
    eventually(async () => expect((await shown(stationId)).map(({ status }) => status)).toEqual(expected));
  /** When it is looked again whether a station has the right prices. */
  const nextLook = (stationId: string) =>
    asAdmin(platform.adminUrl, async (admin) => {
      const sql = 'SELECT due_at FROM tariffs.station_tariff_checks WHERE station_id = $1';
      return (await admin.query<{ due_at: Date | null }>(sql, [stationId])).rows[0]?.due_at;
    });
  /** Lets pass what a station needs to boot. */
  const booted = () => clock.advance(5);

  it('are said when a 2.1 station connects, once, and again only when they change', async () => {
    const tariffId = await publish(0.5);
    await assign(tariffId, 'CS-A');
    await connect('CS-A');
    booted();
    const [first] = await saidTo('CS-A', 1);
    const energy = { prices: [{ priceKwh: 0.5 }], taxRates: [{ type: 'VAT', tax: 19 }] };
    expect(first?.command).toMatchObject({ name: 'SetDefaultTariff', evseId: 0, tariff: { currency: 'EUR', energy } });
    await answer(first!, 'accepted');
    await statuses('CS-A', 'accepted', 'accepted');

    await connect('CS-A', '2.1', false);
    await connect('CS-A');
    clock.advance(60);
    await put(`tariffs/${tariffId}`, { name: 'Another name', tariff: ocpiTariff(0.5) });
    await publish(0.6, tariffId);
    const [, second] = await saidTo('CS-A', 2);
    expect(second?.command).toMatchObject({ tariff: { energy: { prices: [{ priceKwh: 0.6 }] } } });
  });

  it('are not said to stations of other versions, or that are not connected', async () => {
    const tariffId = await publish(0.5);
    for (const stationId of ['CS-B16', 'CS-Boff', 'CS-B21']) await assign(tariffId, stationId);
    await connect('CS-B16', '1.6');
    await connect('CS-Boff', '2.1', false);
    await connect('CS-B21');
    booted();
    await saidTo('CS-B21', 1);
    expect(await Promise.all(['CS-B16', 'CS-Boff'].map(said))).toEqual([[], []]);
  });

  it('are said in words to a 2.0.1 station, which displays them', async () => {
    const tariffId = await publish(0.5);
    await assign(tariffId, 'CS-B201');
    await connect('CS-B201', '2.0.1');
    booted();
    const texts = await saidTo('CS-B201', 2);
    expect(texts.map(({ command }) => command)).toMatchObject([
      {
        name: 'SetDisplayMessage',
        messageId: 71_001,
        evseId: 1,
        content: expect.stringMatching(/^0,595\s€ pro kWh, /),
      },
      { name: 'SetDisplayMessage', messageId: 71_002, evseId: 2 },
    ]);
    for (const text of texts) await answer(text, 'accepted');
    await statuses('CS-B201', 'accepted', 'accepted');
    clock.advance(60);
    await publish(0.6, tariffId);
    expect((await saidTo('CS-B201', 4)).at(-1)?.command).toMatchObject({ name: 'SetDisplayMessage', evseId: 2 });
  });

  it('are not said in words where they follow a market', async () => {
    await put('price-series/day-ahead', { name: 'Day-ahead', currency: 'EUR', timeZone: 'Europe/Berlin' });
    const tariff = ocpiTariff(0.5);
    const [energy, ...others] = tariff.elements[0]!.price_components;
    const spot = { series: 'day-ahead', surcharge: 0.1, floor: 0.05, cap: 0.6 };
    const elements = [{ price_components: [{ ...energy, chargemesh: { spot } }, ...others] }];
    const tariffId = uuidv7();
    await put(`tariffs/${tariffId}`, { name: 'Market', tariff: { ...tariff, elements } });
    await assign(tariffId, 'CS-M201');
    await connect('CS-M201', '2.0.1');
    booted();
    await statuses('CS-M201', 'inexpressible', 'inexpressible');
    expect(await said('CS-M201')).toEqual([]);
  });

  it('are looked at only where a tariff that changes is charged', async () => {
    const [changed, other] = [await publish(0.5), await publish(0.6)];
    await assign(changed, 'CS-H');
    await assign(other, 'CS-I');
    for (const stationId of ['CS-H', 'CS-I']) await connect(stationId);
    booted();
    for (const stationId of ['CS-H', 'CS-I']) await saidTo(stationId, 1);
    const before = await nextLook('CS-I');
    clock.advance(60);
    await publish(0.7, changed);
    await saidTo('CS-H', 2);
    expect(await nextLook('CS-I')).toEqual(before);
  });

  it('have the VAT of the country where they have none of their own', async () => {
    const tariffId = uuidv7();
    const elements = [{ price_components: [{ type: 'ENERGY', price: 0.4, step_size: 1 }] }];
    await put(`tariffs/${tariffId}`, { name: 'Untaxed', tariff: { currency: 'EUR', elements } });
    await assign(tariffId, 'CS-G');
    await connect('CS-G');
    booted();
    const [first] = await saidTo('CS-G', 1);
    const energy = { prices: [{ priceKwh: 0.4 }], taxRates: [{ type: 'VAT', tax: 19 }] };
    expect(first?.command).toMatchObject({ tariff: { energy } });
  });

  it('that OCPP has no words for are not said, but shown', async () => {
    await assign(await publish(0.5, uuidv7(), 60), 'CS-C');
    await connect('CS-C');
    booted();
    await statuses('CS-C', 'inexpressible', 'inexpressible');
    expect(await shown('CS-C')).toMatchObject([{ evseId: 1, detail: 'step-size' }, { evseId: 2 }]);
    expect(await said('CS-C')).toEqual([]);
    expect((await ask<{ items: unknown[] }>('station-tariffs?stationId=CS-C', theirs)).body.items).toEqual([]);
  });

  it('begin and end with their assignments, without anybody saying so', async () => {
    const [soon, end] = [60, 120].map((seconds) => new Date(clock.now().getTime() + seconds * 1_000).toISOString());
    await assign(await publish(0.7), 'CS-D', { validFrom: soon, validTo: end }, [1]);
    await connect('CS-D');
    booted();
    expect(await said('CS-D')).toEqual([]);
    await assign(await publish(0.8), 'CS-J');
    await connect('CS-J');
    booted();
    await saidTo('CS-J', 1);
    const before = await nextLook('CS-J');
    clock.advance(60);
    const [first] = await saidTo('CS-D', 1);
    expect(first?.command).toMatchObject({ name: 'SetDefaultTariff', evseId: 1 });
    expect(await nextLook('CS-J')).toEqual(before);
    clock.advance(60);
    const [, last] = await saidTo('CS-D', 2);
    expect(last?.command).toEqual({ name: 'ClearTariffs', evseId: 1 });
  });

  it('are taken away when they are none any more, also where a station went before it answered', async () => {
    const end = new Date(clock.now().getTime() + 120_000).toISOString();
    await assign(await publish(0.7), 'CS-N', { validTo: end }, [1]);
    await connect('CS-N');
    booted();
    await saidTo('CS-N', 1);
    await connect('CS-N', '2.1', false);
    clock.advance(120);
    await connect('CS-N');
    booted();
    const [, last] = await saidTo('CS-N', 2);
    expect(last?.command).toEqual({ name: 'ClearTariffs', evseId: 1 });
  });

  it('are said again when no answer came, on a new connection when they were refused, and forgotten with the station', async () => {
    await assign(await publish(0.5), 'CS-E');
    await connect('CS-E');
    booted();
    const [first] = await saidTo('CS-E', 1);
    await answer(first!, 'timed-out');
    await statuses('CS-E', 'timed-out', 'timed-out');
    clock.advance(300);
    const [, second] = await saidTo('CS-E', 2);
    await answer(second!, 'rejected', 'ConditionNotSupported');
    await statuses('CS-E', 'rejected', 'rejected');
    expect(await shown('CS-E')).toMatchObject([{ detail: 'ConditionNotSupported' }, {}]);
    // Sent at once, so that they may be read at once.
    await platform.send([stateOf('CS-E', '2.1', false), stateOf('CS-E')]);
    await platform.handled();
    await statuses('CS-E');
    clock.advance(5);
    await saidTo('CS-E', 3);
    await statuses('CS-E', 'pending', 'pending');
    await connect('CS-E', '2.1', false, true);
    await statuses('CS-E');
  });

  it("are a driver's own once the transaction has begun, where that is another one", async () => {
    const [everybodys, fleets] = [await publish(0.5), await publish(0.35)];
    await assign(everybodys, 'CS-F');
    await assign(fleets, 'CS-F', { audience: { kind: 'token-group', groupId: 'FLEET' } });
    await connect('CS-F');
    booted();
    const [first] = await saidTo('CS-F', 1);
    await answer(first!, 'accepted');
    await statuses('CS-F', 'accepted', 'accepted');
    const begun = (groupId: string | undefined, minutesAgo = 0) => {
      const startedAt = new Date(clock.now().getTime() - minutesAgo * 60_000).toISOString();
      const token = { uid: 'A', type: 'RFID' as const, contractId: 'C', countryCode: 'DE', partyId: 'ABC' };
      const transactionId = uuidv7();
      const more = {
        stationId: 'CS-F',
        transactionId,
        startedAt,
        token: { ...token, ...(groupId ? { groupId } : {}) },
      };
      return started(OURS, session(more));
    };
    const fleet = begun('FLEET');
    await platform.send([begun(undefined), begun('FLEET', 30), fleet]);
    const [, changed] = await saidTo('CS-F', 2);
    expect(changed).toMatchObject({
      silent: true,
      command: {
        name: 'ChangeTransactionTariff',
        transactionId: fleet.data.transactionId,
        tariff: { energy: { prices: [{ priceKwh: 0.35 }] } },
      },
    });
  });
});
