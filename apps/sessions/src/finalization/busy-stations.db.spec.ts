import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ManualClock, type TestDatabase } from '@chargemesh/testing';
import { openSessionsDatabase } from '../testing/database.js';
import { OPERATOR_ID, at, ended, started } from '../testing/facts.js';
import { servicesOn } from '../testing/services.js';
import { SessionsStore } from '../transactions/sessions.store.js';

const clock = new ManualClock(at('12:00'));
const STATIONS = ['S-1', 'S-2', 'S-3'];
let test: TestDatabase;

beforeAll(async () => {
  test = await openSessionsDatabase(...STATIONS);
  const { transactions } = servicesOn(test, clock);
  await test.database.transaction([OPERATOR_ID], (tx) => {
    const facts = STATIONS.flatMap((stationId) => [
      started(at('10:00'), 1_000, { stationId }),
      ended(at('10:30'), 3_000, { stationId }),
    ]);
    return transactions.apply(facts, tx);
  });
  clock.advance(6);
});
afterAll(() => test.drop());

const finalizeDue = () => servicesOn(test, clock).finalization.finalizeDue();

async function statuses(): Promise<string[]> {
  const sessions = await test.database.transaction([OPERATOR_ID], (tx) =>
    new SessionsStore().load(
      tx,
      STATIONS.map((stationId) => ({ stationId, transactionId: '1' })),
    ),
  );
  return sessions.toSorted((a, b) => (a.stationId < b.stationId ? -1 : 1)).map(({ status }) => status);
}

it('sessions become final though another station is in use, whose turn comes later', async () => {
  await test.database.transaction([], async (tx) => {
    await tx.lock(['S-2']);
    await finalizeDue();
    expect(await statuses()).toEqual(['finalized', 'ended', 'finalized']);
  });
  let finalizing: Promise<void> | undefined;
  await test.database.transaction([], async (tx) => {
    await tx.lock(['S-2']);
    clock.advance(120);
    // It is waited for now, which ends with this transaction.
    finalizing = finalizeDue();
    expect(await statuses()).toEqual(['finalized', 'ended', 'finalized']);
  });
  await finalizing;
  expect(await statuses()).toEqual(['finalized', 'finalized', 'finalized']);
});
