import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { ManualClock, type TestDatabase } from '@chargemesh/testing';
import { sessionsList } from '../sessions/sessions.list.js';
import { openSessionsDatabase } from '../testing/database.js';
import { OPERATOR_ID, at, available, ended, interval, occupied, readings, started } from '../testing/facts.js';
import { servicesOn } from '../testing/services.js';
import { reviewOf } from './to-review.js';

const [HOUR_S, DAY_S] = [3_600, 86_400];
let test: TestDatabase;
let stations = 0;
let clock: ManualClock;

beforeAll(async () => {
  test = await openSessionsDatabase(...Array.from({ length: 20 }, (_, index) => `L-${index + 1}`));
});
afterAll(() => test.drop());

/** What came of a station's facts, and is to review once that much time has gone by. */
async function foundAfter(seconds: number, factsOf: (on: { stationId: string }) => StationEvent[]) {
  const on = { stationId: `L-${++stations}` };
  clock = new ManualClock(at('14:00'));
  const { transactions, lost } = servicesOn(test, clock);
  await test.database.transaction([OPERATOR_ID], (tx) => transactions.apply(factsOf(on), tx));
  clock.advance(seconds);
  await lost.find();
  await lost.find();
  const look = { now: new Date(clock.now().getTime() + HOUR_S * 1_000), silentAfterS: 30 * DAY_S };
  const { rows } = await test.database.transaction([OPERATOR_ID], (tx) =>
    sessionsList.read(tx, OPERATOR_ID, { order: 'oldest' }, { ...on, toReview: look }),
  );
  return rows.map((row) => ({
    evseId: row.evseId,
    status: row.status,
    energyWh: Number(row.energyWh),
    reasons: reviewOf(row, look)?.reasons,
  }));
}

/** What becomes of readings that are shown already once their start, and its end, come after all. */
async function foundLate(late: (on: { stationId: string }) => StationEvent[]) {
  const on = { stationId: `L-${++stations}` };
  const inTransaction = test.database.transaction.bind(test.database, [OPERATOR_ID]);
  clock = new ManualClock(at('14:00'));
  const { transactions, lost, finalization } = servicesOn(test, clock);
  await inTransaction((tx) => transactions.apply([available(at('08:00'), on), ...charging(on)], tx));
  clock.advance(DAY_S);
  await lost.find();
  for (const event of late(on)) await inTransaction((tx) => transactions.apply([event], tx));
  clock.advance(HOUR_S);
  await lost.find();
  await finalization.finalizeDue();
  return inTransaction((tx) =>
    tx.query(
      `SELECT status, energy_wh::double precision AS "energyWh", flags ? 'transaction-lost' AS "isLost",
         (SELECT count(*)::integer FROM meter_values m WHERE m.session_id = s.session_id) AS samples
       FROM sessions s WHERE station_id = $1 ORDER BY first_fact_at`,
      [on.stationId],
    ),
  );
}

const charging = (on: object) => [
  occupied(at('10:00'), { ...on, detail: 'Charging' }),
  ...['10:20', '10:40', '11:00'].map((time, index) => readings(at(time), 2_000 * (index + 1), on)),
  available(at('11:01'), { ...on, detail: 'Available' }),
];
const FOUND = { evseId: 1, status: 'pending', energyWh: 4_000, reasons: ['transaction-lost'] };

describe('readings of a transaction of which neither start nor stop came', () => {
  it('are to review once they have waited for a day, once', async () => {
    expect(await foundAfter(DAY_S, charging)).toEqual([FOUND]);
  });

  it('wait for a start until then', async () => {
    expect(await foundAfter(20 * HOUR_S, charging)).toEqual([]);
  });

  it('are to review where sessions from before and after are known', async () => {
    const found = await foundAfter(DAY_S, (on) => [
      started(at('08:00'), 0, on),
      ended(at('09:00'), 4_000, on),
      ...charging(on),
      started(at('12:00'), 0, { ...on, transactionId: '2' }),
      ended(at('13:00'), 3_000, { ...on, transactionId: '2' }),
    ]);
    expect(found).toEqual([FOUND]);
  });

  it('are to review where they tell of intervals', async () => {
    const found = await foundAfter(DAY_S, (on) =>
      ['10:20', '10:40', '11:00'].map((time) => readings(at(time), 0, { ...on, samples: [interval(at(time), 1_500)] })),
    );
    expect(found).toEqual([{ ...FOUND, energyWh: 3_000 }]);
  });

  it.each<[string, boolean, number]>([
    ['with its registers', true, 8_000],
    ['without a register', false, 4_000],
  ])('are of their session, and shown no more, once its start comes after all, %s', async (_, isRead, energyWh) => {
    const late = (on: object) => ({ ...on, receivedAt: '2026-03-03T14:10:00.000Z' });
    const found = await foundLate((on) => [
      started(at('10:00'), 0, { ...late(on), ...(isRead ? {} : { samples: [] }) }),
      ended(at('11:00'), isRead ? 8_000 : null, late(on)),
    ]);
    expect(found).toMatchObject([{ status: 'finalized', energyWh, isLost: false }]);
  });

  it('are shown anew as far as they are not of the start that comes after all', async () => {
    const late = { receivedAt: '2026-03-03T14:10:00.000Z' };
    const found = await foundLate((on) => [
      started(at('10:59'), 5_900, { ...on, ...late }),
      ended(at('11:00'), 6_000, { ...on, ...late }),
    ]);
    expect(found).toEqual([
      { status: 'pending', energyWh: 2_000, isLost: true, samples: 2 },
      { status: 'finalized', energyWh: 100, isLost: false, samples: 2 },
    ]);
  });

  it.each<[string, (on: { stationId: string }) => StationEvent[]]>([
    ['their start came late', (on) => [...charging(on), started(at('10:00'), 0, on), ended(at('11:00'), 6_000, on)]],
    ['nothing rose', (on) => ['10:20', '10:40'].map((time) => readings(at(time), 2_000, on))],
    [
      'only the station itself took it',
      (on) => ['02:00', '12:00'].map((time, index) => readings(at(time), 500 * index, on)),
    ],
    [
      'a session ran meanwhile, to whose register they do not fit',
      (on) => [
        started(at('10:00'), 1_000, on),
        readings(at('10:20'), 900_000, on),
        readings(at('10:40'), 902_000, on),
        ended(at('11:00'), 5_000, on),
      ],
    ],
    [
      'another connector counts by the same meter',
      (on) => [
        started(at('10:00'), 50_000, { ...on, evseId: 2 }),
        readings(at('10:20'), 51_000, on),
        readings(at('10:40'), 53_000, on),
        ended(at('11:00'), 55_000, on),
      ],
    ],
  ])('are not where %s', async (_, factsOf) => {
    expect(await foundAfter(DAY_S, factsOf)).toEqual([]);
  });
});
