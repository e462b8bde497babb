import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { ManualClock, type TestDatabase } from '@chargemesh/testing';
import { openSessionsDatabase } from '../testing/database.js';
import { OPERATOR_ID, at, available, ended, readings, started, updated } from '../testing/facts.js';
import { servicesOn } from '../testing/services.js';
import { SessionsStore } from '../transactions/sessions.store.js';

const clock = new ManualClock(at('12:00'));
let test: TestDatabase;

beforeAll(async () => {
  test = await openSessionsDatabase('S-1', 'S-2', 'S-3');
});
afterAll(() => test.drop());

/** A session that nothing is read of but its readings. */
function sessionOf(on: object, [from, to]: readonly [string, string], ...read: StationEvent[]): StationEvent[] {
  return [started(at(from), 0, { ...on, samples: [], seqNo: 0 }), ...read, ended(at(to), null, { ...on, seqNo: 1 })];
}

async function statusesOf(stationId: string): Promise<unknown[]> {
  const keys = ['1', '2', '3'].map((transactionId) => ({ stationId, transactionId }));
  const sessions = await test.database.transaction([OPERATOR_ID], (tx) => new SessionsStore().load(tx, keys));
  return sessions.toSorted((a, b) => (a.transactionId < b.transactionId ? -1 : 1)).map(({ status }) => status);
}

it.each([
  ['S-1', 'shows a meter', 5_000, ['held', 'held', 'finalized']],
  ['S-2', 'tells of 0 only', 0, ['finalized', 'finalized', 'finalized']],
])('holds those before without any register where the next one, at %s, %s', async (stationId, _, wh, statuses) => {
  const { transactions, finalization } = servicesOn(test, clock);
  const apply = async (...events: StationEvent[]) => {
    await test.database.transaction([OPERATOR_ID], (tx) => transactions.apply(events, tx));
    clock.advance(2_000);
    await finalization.finalizeDue();
  };
  const [one, two, three] = ['1', '2', '3'].map((transactionId) => ({ stationId, transactionId }));
  await apply(...sessionOf({ ...one }, ['08:00', '08:30']), ...sessionOf({ ...two }, ['09:00', '09:30']));
  expect(await statusesOf(stationId)).toEqual(['finalized', 'finalized']);
  const read = [updated(at('10:00'), wh, { ...three }), updated(at('10:30'), 2 * wh, { ...three })];
  await apply(...sessionOf({ ...three }, ['10:00', '10:30'], ...read));
  await finalization.finalizeDue();
  expect(await statusesOf(stationId)).toEqual(statuses);
});

it('holds one without any register where its EVSE was read while it was free, until that shows that nothing flowed', async () => {
  const { transactions, finalization } = servicesOn(test, clock);
  const apply = async (...events: StationEvent[]) => {
    for (const event of events) await test.database.transaction([OPERATOR_ID], (tx) => transactions.apply([event], tx));
    clock.advance(2_000);
    await finalization.finalizeDue();
  };
  const on = { stationId: 'S-3' };
  const of = { ...on, transactionId: '1' };
  await apply(available(at('07:00'), on), readings(at('08:00'), 1_000, on), ...sessionOf(of, ['08:05', '08:20']));
  expect(await statusesOf('S-3')).toEqual(['held']);
  await apply(readings(at('08:30'), 1_000, on));
  const [session] = await test.database.transaction([OPERATOR_ID], (tx) => new SessionsStore().load(tx, [of]));
  expect(session).toMatchObject({ status: 'finalized', energyWh: 0 });
});
