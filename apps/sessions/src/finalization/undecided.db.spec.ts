import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ManualClock, type TestDatabase } from '@chargemesh/testing';
import { openSessionsDatabase } from '../testing/database.js';
import { OPERATOR_ID, at, ended, started, updated } from '../testing/facts.js';
import { servicesOn } from '../testing/services.js';
import { SessionsStore } from '../transactions/sessions.store.js';

const STATIONS = Array.from({ length: 9 }, (_, index) => `S-${index + 1}`);
const clock = new ManualClock(at('12:00'));
let test: TestDatabase;

beforeAll(async () => {
  test = await openSessionsDatabase(...STATIONS);
});
afterAll(() => test.drop());

const query = (sql: string): Promise<unknown> => test.database.transaction([OPERATOR_ID], (tx) => tx.query(sql));

async function finalize(): Promise<void> {
  clock.advance(3_600);
  await servicesOn(test, clock).finalization.finalizeDue();
}

async function sessionOf(stationId: string) {
  const [session] = await test.database.transaction([OPERATOR_ID], (tx) =>
    new SessionsStore().load(tx, [{ stationId, transactionId: '1' }]),
  );
  return session;
}

it('holds up no other session by one that cannot be decided on, and shows that until it can be', async () => {
  const { transactions } = servicesOn(test, clock);
  const events = STATIONS.flatMap((stationId) => {
    const beside = { stationId, transactionId: '2', evseId: 2 };
    return [
      started(at('10:00'), 1_000, { stationId }),
      started(at('10:10'), 500_000, beside),
      updated(at('10:30'), 501_000, beside),
      ended(at('11:00'), 5_000, { stationId }),
    ];
  });
  await test.database.transaction([OPERATOR_ID], (tx) => transactions.apply(events, tx));
  // What another session is compared with cannot be read; another one cannot even be told.
  const walks = `jsonb_set(walks, '{import,wh}', '"much"')`;
  await query(
    `UPDATE sessions SET begin_wh = 2000, walks = ${walks} WHERE station_id = 'S-4' AND transaction_id = '2'`,
  );
  await query(`UPDATE sessions SET location = '{"name": 1}' WHERE station_id = 'S-7' AND transaction_id = '1'`);
  await finalize();
  const others = STATIONS.filter((stationId) => stationId !== 'S-4' && stationId !== 'S-7');
  for (const stationId of others)
    expect(await sessionOf(stationId)).toMatchObject({ status: 'finalized', energyWh: 4_000 });
  expect(await sessionOf('S-4')).toMatchObject({ status: 'held', hold: { reasons: ['not-decidable'] } });
  expect(await sessionOf('S-7')).toMatchObject({
    status: 'ended',
    finalDueAt: new Date(clock.now().getTime() + 3_600_000),
  });
  await query(`UPDATE sessions SET begin_wh = NULL WHERE station_id = 'S-4' AND transaction_id = '2'`);
  await finalize();
  expect(await sessionOf('S-4')).toMatchObject({ status: 'finalized', energyWh: 4_000, hold: null });
});
