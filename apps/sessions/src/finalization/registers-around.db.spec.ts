import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { ManualClock, type TestDatabase } from '@chargemesh/testing';
import { openSessionsDatabase } from '../testing/database.js';
import { OPERATOR_ID, at, available, ended, readings, started, updated } from '../testing/facts.js';
import { servicesOn } from '../testing/services.js';
import { SessionsStore } from '../transactions/sessions.store.js';

const clock = new ManualClock(at('14:00'));
let test: TestDatabase;

beforeAll(async () => {
  test = await openSessionsDatabase(...Array.from({ length: 15 }, (_, index) => `S-${index + 1}`));
});
afterAll(() => test.drop());

async function apply(...events: StationEvent[]): Promise<void> {
  const { transactions } = servicesOn(test, clock);
  await test.database.transaction([OPERATOR_ID], (tx) => transactions.apply(events, tx));
}

async function finalize(): Promise<void> {
  clock.advance(2_000);
  await servicesOn(test, clock).finalization.finalizeDue();
}

async function sessionsOf(stationId: string) {
  const sessions = await test.database.transaction([OPERATOR_ID], (tx) =>
    new SessionsStore().load(tx, [
      { stationId, transactionId: '1' },
      { stationId, transactionId: '2' },
    ]),
  );
  const byId = sessions.toSorted((a, b) => (a.transactionId < b.transactionId ? -1 : 1));
  return byId.map(({ status, energyWh, hold, flags }) => ({
    ...{ status, energyWh, reasons: hold?.reasons ?? [] },
    said: flags.filter((flag) => flag === 'energy-between' || flag === 'readings-overtaken' || flag === 'energy-twice'),
  }));
}

const billed = (energyWh: number, ...said: string[]) => ({ status: 'finalized', energyWh, reasons: [], said });
const two = { transactionId: '2' };

it('holds a session without an end before one that begins far higher', async () => {
  const on = { stationId: 'S-1' };
  await apply(started(at('08:00'), 1_000, on), updated(at('08:10'), 2_000, on));
  await apply(started(at('11:00'), 21_000, { ...on, ...two }), ended(at('11:30'), 22_000, { ...on, ...two }));
  await finalize();
  const [first, second] = await sessionsOf('S-1');
  expect(first).toMatchObject({ status: 'held', energyWh: 1_000, reasons: ['register-went-on'] });
  expect(second).toEqual(billed(1_000));
});

it('compares the registers of all connectors of an EVSE, which have one meter', async () => {
  const other = { ...two, connectorId: 2 };
  const [lost, stale, free] = [{ stationId: 'S-8' }, { stationId: 'S-9' }, { stationId: 'S-10' }];
  await apply(started(at('08:00'), 1_000, lost), updated(at('08:10'), 2_000, lost));
  await apply(started(at('11:00'), 21_000, { ...lost, ...other }), ended(at('11:30'), 22_000, { ...lost, ...other }));
  await apply(started(at('08:00'), 1_000, stale), ended(at('08:40'), 3_000, stale));
  await finalize();
  await apply(started(at('09:00'), 1_000, { ...stale, ...other }), ended(at('09:30'), 3_600, { ...stale, ...other }));
  await apply(started(at('08:00'), 1_000, free), ended(at('08:40'), 3_000, free));
  await apply(started(at('09:00'), 3_000, { ...free, ...other }), ended(at('09:30'), 4_000, { ...free, ...other }));
  await finalize();
  const [before, after] = await sessionsOf('S-8');
  expect(before).toMatchObject({ status: 'held', reasons: ['register-went-on'] });
  expect(after).toEqual(billed(1_000));
  expect((await sessionsOf('S-9'))[1]).toMatchObject({ status: 'held', reasons: ['registers-overlap'] });
  expect(await sessionsOf('S-10')).toEqual([billed(2_000), billed(1_000)]);
});

it('says of a session that energy flowed before it', async () => {
  const on = { stationId: 'S-2' };
  await apply(started(at('08:00'), 1_000, on), ended(at('09:00'), 5_000, on), available(at('09:01'), on));
  await apply(started(at('10:00'), 9_000, { ...on, ...two }), ended(at('10:30'), 12_000, { ...on, ...two }));
  await finalize();
  expect(await sessionsOf('S-2')).toEqual([billed(4_000), billed(3_000, 'energy-between')]);
});

it('says that no more once the session comes that was between, and explains all of it', async () => {
  for (const [stationId, beginWh] of [
    ['S-11', 5_000],
    ['S-12', 7_000],
  ] as const) {
    const on = { stationId };
    const between = { ...on, transactionId: '3', receivedAt: at('13:00') };
    await apply(started(at('08:00'), 1_000, on), ended(at('08:30'), 5_000, on));
    await apply(started(at('11:00'), 9_000, { ...on, ...two }), ended(at('11:30'), 12_000, { ...on, ...two }));
    await finalize();
    expect(await sessionsOf(stationId)).toEqual([billed(4_000), billed(3_000, 'energy-between')]);
    await apply(started(at('09:00'), beginWh, between), ended(at('10:00'), 9_000, between));
    await finalize();
    expect(await sessionsOf(stationId)).toEqual([billed(4_000), billed(3_000)]);
  }
});

it('says nothing of what another connector of the meter delivered', async () => {
  const [on, elsewhere] = [{ stationId: 'S-3' }, { stationId: 'S-3', transactionId: '3', evseId: 2 }];
  await apply(started(at('08:00'), 1_000, on), ended(at('09:00'), 5_000, on));
  await apply(started(at('09:05'), 5_000, elsewhere), ended(at('09:30'), 9_000, elsewhere));
  await apply(started(at('10:00'), 9_000, { ...on, ...two }), ended(at('10:30'), 12_000, { ...on, ...two }));
  await finalize();
  expect(await sessionsOf('S-3')).toEqual([billed(4_000), billed(3_000)]);
});

it('finds the session that readings came too late for, though it is final and another one has begun since', async () => {
  const on = { stationId: 'S-4' };
  await apply(started(at('08:00'), 1_000, on), updated(at('08:10'), 2_000, on), available(at('08:50'), on));
  await finalize();
  await apply(started(at('09:00'), 2_500, { ...on, ...two }), ended(at('10:00'), 9_000, { ...on, ...two }));
  await finalize();
  await apply(readings(at('08:40'), 2_400, { ...on, receivedAt: at('13:00') }));
  await apply(readings(at('09:30'), 5_400, { ...on, receivedAt: at('13:01') }));
  expect(await sessionsOf('S-4')).toEqual([billed(1_000, 'readings-overtaken'), billed(6_500)]);
});

it('holds a session that begins below where the one before it came to, or shows that where it is little', async () => {
  for (const [stationId, beginWh] of [
    ['S-5', 1_000],
    ['S-6', 2_500],
  ] as const) {
    const on = { stationId };
    await apply(started(at('08:00'), 1_000, on), updated(at('08:10'), 2_000, on), ended(at('08:40'), 3_000, on));
    await finalize();
    await apply(started(at('09:00'), beginWh, { ...on, ...two }), ended(at('09:30'), 3_600, { ...on, ...two }));
    await finalize();
  }
  const [first, second] = await sessionsOf('S-5');
  expect(first).toEqual(billed(2_000));
  expect(second).toMatchObject({ status: 'held', reasons: ['registers-overlap'] });
  expect(await sessionsOf('S-6')).toEqual([billed(2_000), billed(1_100, 'energy-twice')]);
});

it('holds both where neither is final, as after a watchdog that starts the transaction again', async () => {
  const on = { stationId: 'S-7' };
  await apply(started(at('08:00'), 1_000, on), updated(at('08:10'), 2_900, on));
  await apply(started(at('08:30'), 1_000, { ...on, ...two }), ended(at('09:30'), 3_600, { ...on, ...two }));
  await finalize();
  const reasons = ['registers-overlap'];
  expect(await sessionsOf('S-7')).toMatchObject([
    { status: 'held', reasons },
    { status: 'held', reasons },
  ]);
});

it('finds what flowed before a begin, by what can have flowed since the register rose last, and at no other meter', async () => {
  const [repeated, masked, held] = [{ stationId: 'S-13' }, { stationId: 'S-14' }, { stationId: 'S-15' }];
  await apply(started(at('08:00'), 1_003, repeated), ended(at('10:40'), 1_003, repeated));
  await apply(started(at('08:00'), 1_003, masked), ended(at('09:00'), 9_011, masked));
  const elsewhere = { ...masked, transactionId: '3' };
  await apply(started(at('09:05'), 900_007, { ...elsewhere, evseId: 2 }), ended(at('09:55'), 925_011, elsewhere));
  await apply(available(at('08:00'), held), started(at('08:01'), 1_000, held), ended(at('08:20'), 41_000, held));
  await finalize();
  await apply(
    started(at('10:41'), 52_007, { ...repeated, ...two }),
    ended(at('11:30'), 57_400, { ...repeated, ...two }),
  );
  await apply(started(at('10:00'), 24_013, { ...masked, ...two }), ended(at('10:30'), 26_013, { ...masked, ...two }));
  await apply(started(at('10:00'), 56_000, { ...held, ...two }), ended(at('10:30'), 58_000, { ...held, ...two }));
  await finalize();
  expect((await sessionsOf('S-13'))[1]).toEqual(billed(5_393, 'energy-between'));
  expect((await sessionsOf('S-14'))[1]).toEqual(billed(2_000, 'energy-between'));
  const [first, next] = await sessionsOf('S-15');
  expect(first).toMatchObject({ status: 'held' });
  expect(next).toEqual(billed(2_000, 'energy-between'));
});
