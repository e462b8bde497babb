import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ChargingState, StationEvent } from '@chargemesh/contracts';
import { ManualClock, type TestDatabase } from '@chargemesh/testing';
import { openSessionsDatabase } from '../testing/database.js';
import { OPERATOR_ID, at, ended, interval, started, updated } from '../testing/facts.js';
import { servicesOn } from '../testing/services.js';
import { SessionsStore } from './sessions.store.js';

const STATIONS = ['S-1', 'S-2', 'S-3', 'S-4', 'S-5', 'S-6'];
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

it.each([
  ['S-5', (inOrder: StationEvent[]) => inOrder],
  ['S-6', (inOrder: StationEvent[]) => inOrder.toReversed()],
])(
  '%s: parks a car that charged again and was full in one second, in whatever order that comes',
  async (stationId, order) => {
    const said = (time: string, seqNo: number, chargingState: ChargingState) =>
      updated(at(time), null, { stationId, seqNo, chargingState });
    const words = [said('10:10', 1, 'SuspendedEV'), said('10:20', 2, 'Charging'), said('10:20', 3, 'SuspendedEV')];
    const start = started(at('10:00'), 1_000, { stationId, seqNo: 0, chargingState: 'Charging' });
    const stop = ended(at('11:00'), 3_000, { stationId, seqNo: 4 });
    await outcomesOf(stationId, [start, ...order(words), stop]);
    const told = await test.database.transaction([OPERATOR_ID], (tx) =>
      tx.query<{ kind: string; startedAt: string }>(
        `SELECT period ->> 'kind' AS kind, period ->> 'startedAt' AS "startedAt"
       FROM outbox, LATERAL jsonb_array_elements(outbox.value::jsonb -> 'periods') AS p (period)
       WHERE headers ->> 'ce_type' LIKE '%session-finalized%' AND outbox.value::jsonb ->> 'stationId' = $1 ORDER BY 2`,
        [stationId],
      ),
    );
    expect(told).toEqual([
      { kind: 'charging', startedAt: at('10:00') },
      { kind: 'parking', startedAt: at('10:10') },
      { kind: 'parking', startedAt: at('10:20') },
    ]);
  },
);
