import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { ManualClock, type TestDatabase } from '@chargemesh/testing';
import { openSessionsDatabase } from '../testing/database.js';
import { OPERATOR_ID, at, ended, started, updated } from '../testing/facts.js';
import { servicesOn } from '../testing/services.js';
import { SessionsStore } from '../transactions/sessions.store.js';

const clock = new ManualClock(at('12:00'));
let test: TestDatabase;

beforeAll(async () => {
  test = await openSessionsDatabase('S-1', 'S-2', 'S-3');
});
afterAll(() => test.drop());

/** What becomes of the two sessions of a station. */
async function outcomesOf(stationId: string, ...events: StationEvent[]) {
  const { transactions, finalization } = servicesOn(test, clock);
  await test.database.transaction([OPERATOR_ID], (tx) => transactions.apply(events, tx));
  clock.advance(601);
  await finalization.finalizeDue();
  const keys = ['1', '2'].map((transactionId) => ({ stationId, transactionId }));
  const sessions = await test.database.transaction([OPERATOR_ID], (tx) => new SessionsStore().load(tx, keys));
  return sessions
    .toSorted((a, b) => (a.transactionId < b.transactionId ? -1 : 1))
    .map(({ status, energyWh, hold }) => (status === 'held' ? hold?.reasons : energyWh));
}

/** A session of an hour that is read once. */
function hourOf(on: object, [begin, between, end]: readonly [number, number, number], lag = '00'): StationEvent[] {
  return [
    started(at(`10:00:${lag}`), begin, on),
    updated(at(`10:30:${lag}`), between, on),
    ended(at(`11:00:${lag}`), end, on),
  ];
}

it('holds two sessions that one meter may have counted', async () => {
  const [one, two] = [{ stationId: 'S-1' }, { stationId: 'S-1', transactionId: '2', evseId: 2 }];
  const events = [...hourOf(one, [1_000, 11_000, 21_000]), ...hourOf(two, [1_000, 11_000, 21_000], '10')];
  expect(await outcomesOf('S-1', ...events)).toEqual([['meter-shared'], ['meter-shared']]);
});

it('bills two with a meter each', async () => {
  const [one, two] = [{ stationId: 'S-2' }, { stationId: 'S-2', transactionId: '2', evseId: 2 }];
  const events = [...hourOf(one, [1_000, 6_000, 11_000]), ...hourOf(two, [5_000, 10_000, 15_000], '10')];
  expect(await outcomesOf('S-2', ...events)).toEqual([10_000, 10_000]);
});

it('bills two whose registers look like one, but not with what ended there before', async () => {
  const on = { stationId: 'S-3' };
  const before = [
    started(at('09:00'), 500, { ...on, transactionId: '0', evseId: 2 }),
    ended(at('09:30'), 1_200, { ...on, transactionId: '0', evseId: 2 }),
  ];
  const two = { ...on, transactionId: '2', evseId: 2 };
  const events = [...before, ...hourOf(on, [1_000, 11_000, 21_000]), ...hourOf(two, [1_200, 11_200, 21_200], '10')];
  expect(await outcomesOf('S-3', ...events)).toEqual([20_000, 20_000]);
});
