import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { ManualClock, type TestDatabase } from '@chargemesh/testing';
import { openSessionsDatabase } from '../testing/database.js';
import { OPERATOR_ID, at, ended, interval, started, updated } from '../testing/facts.js';
import { servicesOn } from '../testing/services.js';
import { SessionsStore } from './sessions.store.js';

const STATIONS = ['S-1', 'S-2', 'S-3', 'S-4'];
const clock = new ManualClock(at('12:00'));
let test: TestDatabase;

beforeAll(async () => {
  test = await openSessionsDatabase(...STATIONS);
});
afterAll(() => test.drop());

/** What becomes of sessions 1 and 2 of a station, each event in a transaction of its own. */
async function outcomesOf(stationId: string, events: StationEvent[]) {
  const { transactions, finalization } = servicesOn(test, clock);
  const inTransaction = test.database.transaction.bind(test.database);
  for (const event of events) await inTransaction([OPERATOR_ID], (tx) => transactions.apply([event], tx));
  clock.advance(601);
  await finalization.finalizeDue();
  const sessions = await inTransaction([OPERATOR_ID], (tx) =>
    new SessionsStore().load(
      tx,
      ['1', '2'].map((transactionId) => ({ stationId, transactionId })),
    ),
  );
  return sessions
    .toSorted((a, b) => (a.transactionId < b.transactionId ? -1 : 1))
    .map(({ status, energyWh, flags }) => ({
      status,
      energyWh,
      flags: flags.filter((flag) => flag !== 'token-unknown'),
    }));
}

it('bills the smaller of two ends of one second', async () => {
  const on = { stationId: 'S-1' };
  const facts = [started(at('10:00'), 1_000, on), ended(at('11:00'), 5_000, on), ended(at('11:00'), 4_000, on)];
  const [session] = await outcomesOf('S-1', facts);
  expect(session).toEqual({ status: 'finalized', energyWh: 3_000, flags: ['register-ambiguous'] });
});

it.each([
  ['S-2', [500, 700], 700, ['intervals-summed', 'register-ambiguous']],
  ['S-3', [500, 500], 500, ['intervals-summed']],
])(
  '%s: bills what flowed in an interval once, and shows where two values differ',
  async (stationId, flowed, energyWh, flags) => {
    const facts = flowed.map((wh) => updated(at('10:30'), null, { stationId, samples: [interval(at('10:30'), wh)] }));
    const [session] = await outcomesOf(stationId, [
      started(at('10:00'), 7_000, { stationId }),
      ...facts,
      ended(at('11:00'), null, { stationId }),
    ]);
    expect(session).toEqual({ status: 'finalized', energyWh, flags });
  },
);

it('bills one of two transactions that began at one connector in one second', async () => {
  const [on, second] = [{ stationId: 'S-4' }, { stationId: 'S-4', transactionId: '2' }];
  const starts = [started(at('10:00'), 1_000, on), started(at('10:00'), 1_500, second)];
  const outcomes = await outcomesOf('S-4', [
    ...starts,
    ended(at('11:00'), 5_000, on),
    ended(at('11:00'), 5_000, second),
  ]);
  expect(outcomes).toMatchObject([{ status: 'held' }, { status: 'finalized', energyWh: 3_500 }]);
});
