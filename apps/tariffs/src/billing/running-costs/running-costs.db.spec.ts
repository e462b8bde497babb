import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type DataOf,
  type OcppVersion,
  SessionEnded,
  SessionStarted,
  type SessionFinalized,
  SessionUpdated,
  StationState,
  newEvent,
  sessionCosts,
  stationCommands,
} from '@chargemesh/contracts';
import { ManualClock, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { finalized, session, started } from '@chargemesh/testing/billing';
import { Connection } from '@chargemesh/persistence';
import { v7 as uuidv7 } from 'uuid';
import { tariffsService } from '../../index.js';
import { ocpiTariff } from '../../testing/tariffs.js';
import type { RunningCostView } from './running-costs.schema.js';

type Session = DataOf<typeof SessionFinalized>;

const OURS = '01900000-0000-7000-8000-000000000001';
const THEIRS = '01900000-0000-7000-8000-000000000002';
const START = '2026-03-02T09:00:00.000Z';
/** Enough for the next cost to be told, and too little for time alone to be counted. */
const UNTIL_TOLD_AGAIN_S = 15;
const at = (minutes: number): string => new Date(Date.parse(START) + minutes * 60_000).toISOString();

describe('running costs', () => {
  const clock = new ManualClock(START);
  let platform: TestServices;
  let ours: string;
  let theirs: string;

  beforeAll(async () => {
    platform = await startTestServices([tariffsService], { clock });
    ours = await platform.admit({ operatorId: OURS });
    theirs = await platform.admit({ operatorId: THEIRS, partyId: 'XYZ' });
    const tariffId = uuidv7();
    const put = (path: string, body: unknown) => platform.ask(ours, 'PUT', `/api/tariffs/v1/${path}`, body);
    await put(`tariffs/${tariffId}`, { name: 'Day', tariff: ocpiTariff(0.5) });
    const everywhere = { tariffId, target: { scope: 'operator' }, validFrom: '2026-01-01T00:00:00Z' };
    expect((await put(`tariff-assignments/${uuidv7()}`, everywhere)).status).toBe(200);
    const driver = { kind: 'contract', contractId: 'DE-ABC-NAMED', countryCode: 'DE', partyId: 'ABC' };
    const driversId = uuidv7();
    await put(`tariffs/${driversId}`, { name: 'Driver', tariff: ocpiTariff(0.3) });
    const drivers = { ...everywhere, tariffId: driversId, audience: driver };
    expect((await put(`tariff-assignments/${uuidv7()}`, drivers)).status).toBe(200);
    await platform.send([station('CS-201', '2.0.1'), station('CS-16', '1.6')]);
    await platform.handled();
  });

  beforeEach(() => clock.advance(Math.max(0, (Date.parse(at(0)) - clock.now().getTime()) / 1_000)));
  afterAll(() => platform.stop());

  function station(stationId: string, ocppVersion: OcppVersion) {
    const known = { stationId, operatorId: OURS, version: 1, deleted: false, released: true, connected: true };
    const data = { ...known, ocppVersion, evses: [] };
    return newEvent(StationState, { operatorId: OURS, time: START, data });
  }

  const subject = ({ sessionId, stationId, evseId, transactionId }: Session) => ({
    ...{ sessionId, stationId, evseId, transactionId },
  });
  const updated = (of: Session, version: number, minutes: number, energyWh: number, idleSince?: string) =>
    newEvent(SessionUpdated, {
      operatorId: OURS,
      time: at(minutes),
      data: { ...subject(of), version, at: at(minutes), energyWh, ...(idleSince ? { idleSince } : {}) },
    });
  const startedAgain = (of: Session) => {
    const { data } = started(OURS, of);
    return newEvent(SessionStarted, { operatorId: OURS, time: of.startedAt, data: { ...data, version: of.version } });
  };
  const ask = (of: Session, key = ours) =>
    platform.ask<RunningCostView>(key, 'GET', `/api/tariffs/v1/running-costs/${of.sessionId}`);
  const shows = (of: Session, expected: Partial<RunningCostView>) =>
    eventually(async () => expect((await ask(of)).body).toMatchObject(expected));
  const told = async (of: Session) =>
    (await platform.told(sessionCosts)).map(({ data }) => data).filter(({ sessionId }) => sessionId === of.sessionId);
  const commanded = async (of: Session) =>
    (await platform.told(stationCommands))
      .map(({ data }) => data)
      .filter(({ stationId }) => stationId === of.stationId);
  const rows = async () => {
    const client = new Connection({ connectionString: platform.adminUrl });
    await client.connect();
    const { rows: found } = await client.query<{ sessionId: string }>(
      `SELECT session_id AS "sessionId" FROM tariffs.running_costs`,
    );
    await client.end();
    return found.map(({ sessionId }) => sessionId);
  };

  it('follow the readings, and end as the CDR', async () => {
    const data = session({ stationId: 'CS-201', transactionId: uuidv7() });
    await platform.send([started(OURS, data)]);
    await shows(data, { totalInclTaxes: '0.00', energyWh: 0, final: false });
    await platform.send([updated(data, 2, 15, 5_000)]);
    await shows(data, {
      totalBeforeTaxes: '2.50',
      totalInclTaxes: '2.98',
      energyWh: 5_000,
      at: at(15),
      currency: 'EUR',
    });
    clock.advance(UNTIL_TOLD_AGAIN_S);
    await platform.send([updated(data, 3, 45, 10_000, at(30))]);
    await shows(data, { totalBeforeTaxes: '6.50', energyWh: 10_000, at: at(45) });
    clock.advance(UNTIL_TOLD_AGAIN_S);
    const end = { ...subject(data), version: 4, endedAt: data.endedAt, energyWh: 10_000, reason: 'Local' };
    const ended = newEvent(SessionEnded, { operatorId: OURS, time: data.endedAt, data: { ...end, idleSince: at(30) } });
    await platform.send([ended]);
    await shows(data, { totalBeforeTaxes: '8.00', totalInclTaxes: '9.52', final: false });
    expect(await rows()).toContain(data.sessionId);

    await platform.send([finalized(OURS, { ...data, version: 5 })]);
    await shows(data, { totalBeforeTaxes: '8.00', totalInclTaxes: '9.52', at: data.endedAt, final: true });
    expect(await rows()).not.toContain(data.sessionId);
    const costs = await eventually(async () => {
      const all = await told(data);
      expect(all).toHaveLength(4);
      return all;
    });
    expect(costs.map(({ version, totalInclTaxes, final }) => [version, totalInclTaxes, final])).toEqual([
      [1, '2.98', false],
      [2, '7.74', false],
      [3, '9.52', false],
      [4, '9.52', true],
    ]);
    const { body: cdr } = await ask(data);
    expect(costs[3]).toMatchObject({ cdrId: cdr.cdrId, tariffVersion: 1 });
    const commands = await commanded(data);
    const { transactionId } = data;
    expect(commands.map(({ command, silent }) => [command, silent])).toEqual(
      ['2.98', '7.74', '9.52', '9.52'].map((totalCost) => [{ name: 'CostUpdated', transactionId, totalCost }, true]),
    );
  });

  it('are those of the driver as soon as one is named, and go on since the start when it is mended', async () => {
    const data = session({ stationId: 'CS-201', transactionId: uuidv7(), token: undefined });
    await platform.send([started(OURS, data), updated(data, 2, 15, 5_000)]);
    await shows(data, { totalBeforeTaxes: '2.50' });
    const token = { uid: 'N', type: 'RFID', contractId: 'DE-ABC-NAMED', countryCode: 'DE', partyId: 'ABC' } as const;
    await platform.send([startedAgain({ ...data, token, version: 3 })]);
    await shows(data, { totalBeforeTaxes: '1.50', energyWh: 5_000 });
    await platform.send([updated(data, 4, 30, 10_000)]);
    await shows(data, { totalBeforeTaxes: '3.00', energyWh: 10_000 });
    await platform.send([startedAgain({ ...data, token, startedAt: at(10), version: 5 })]);
    await shows(data, { totalBeforeTaxes: '3.00', energyWh: 10_000, at: at(30) });
  });

  it('are told to 2.x stations only, and as long as they are worth something', async () => {
    const [old, unknown] = [session({ stationId: 'CS-16' }), session({ stationId: 'CS-404' })];
    const newer = session({ stationId: 'CS-201' });
    const events = [old, unknown, newer].flatMap((data) => [started(OURS, data), updated(data, 2, 15, 5_000)]);
    await platform.send(events);
    const told = await eventually(async () => {
      const all = (await commanded(newer)).filter(
        ({ command }) => (command as { transactionId: string }).transactionId === '1',
      );
      expect(all).toHaveLength(1);
      return all;
    });
    expect(Date.parse(told[0]?.['expiresAt'] as string) - clock.now().getTime()).toBe(15_000);
    for (const data of [old, unknown]) await shows(data, { totalInclTaxes: '2.98' });
    expect([...(await commanded(old)), ...(await commanded(unknown))]).toEqual([]);
  });

  it('rise with time while a car is parked and nothing is read, and are told again after the interval', async () => {
    const data = session({ stationId: 'CS-7' });
    await platform.send([started(OURS, data), updated(data, 2, 15, 5_000, at(15))]);
    await shows(data, { totalBeforeTaxes: '2.50' });
    clock.advance(60);
    await shows(data, { totalBeforeTaxes: '2.60', at: at(16) });
    clock.advance(5);
    await platform.send([updated(data, 3, 18, 5_000, at(15))]);
    await shows(data, { totalBeforeTaxes: '2.80', at: at(18) });
    await eventually(async () => expect(await told(data)).toHaveLength(2));
    clock.advance(5);
    await eventually(async () => expect(await told(data)).toHaveLength(3));
    expect((await told(data)).map(({ version }) => version)).toEqual([1, 2, 3]);
  });

  it('are provisional where the price is one by current, and told to no station before they are final', async () => {
    const [tariffId, stationId] = [uuidv7(), 'CS-201'];
    const strong = { price_components: [{ type: 'ENERGY', price: 0.9, vat: 19, step_size: 1 }] };
    const byCurrent = { ...ocpiTariff(0.5) };
    const elements = [{ ...strong, restrictions: { min_current: 16 } }, ...byCurrent.elements];
    const put = (path: string, body: unknown) => platform.ask(ours, 'PUT', `/api/tariffs/v1/${path}`, body);
    const published = await put(`tariffs/${tariffId}`, { name: 'By current', tariff: { ...byCurrent, elements } });
    expect(published.status).toBe(200);
    const target = { scope: 'evse', stationId, evseId: 7 };
    const assigned = { tariffId, target, validFrom: '2026-01-01T00:00:00Z' };
    expect((await put(`tariff-assignments/${uuidv7()}`, assigned)).status).toBe(200);
    const data = session({ stationId, evseId: 7, transactionId: uuidv7() });
    await platform.send([started(OURS, data), updated(data, 2, 15, 5_000)]);
    await shows(data, { totalInclTaxes: '2.98', provisional: true, final: false });
    const [charging, parking] = data.periods;
    const periods = [{ ...charging!, currentA: 20 }, parking!];
    await platform.send([finalized(OURS, { ...data, version: 3, periods })]);
    await shows(data, { totalInclTaxes: '14.28', final: true });
    expect((await ask(data)).body).not.toHaveProperty('provisional');
    const costs = await eventually(async () => {
      const all = await told(data);
      expect(all).toHaveLength(2);
      return all;
    });
    expect(costs.map(({ totalInclTaxes, provisional }) => [totalInclTaxes, provisional])).toEqual([
      ['2.98', true],
      ['14.28', undefined],
    ]);
    const shown = (await commanded(data)).map(({ command }) => command);
    const { transactionId } = data;
    expect(shown.filter((command) => (command as { transactionId: string }).transactionId === transactionId)).toEqual([
      { name: 'CostUpdated', transactionId, totalCost: '14.28' },
    ]);
  });

  it('do not keep a session from its CDR when they cannot be counted', async () => {
    const data = session({ stationId: 'CS-7' });
    await platform.send([started(OURS, data), updated(data, 2, 15, 2_000_000_000)]);
    await platform.send([finalized(OURS, data)]);
    await shows(data, { totalInclTaxes: '9.52', final: true });
  });

  it('are not there for a session without a tariff, nor for another operator', async () => {
    const [data, without] = [session(), session()];
    await platform.send([started(OURS, data), started(THEIRS, without)]);
    await shows(data, { totalInclTaxes: '0.00' });
    expect((await ask(data, theirs)).status).toBe(404);
    await platform.send([finalized(THEIRS, without)]);
    await eventually(async () => expect((await ask(without, theirs)).body).toMatchObject({ totalInclTaxes: '0.00' }));
    expect((await ask({ ...data, sessionId: uuidv7() })).status).toBe(404);
  });
});
