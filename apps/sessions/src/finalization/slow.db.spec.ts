import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ManualClock, type TestDatabase } from '@chargemesh/testing';
import { openSessionsDatabase } from '../testing/database.js';
import { OPERATOR_ID, at, ended, started } from '../testing/facts.js';
import { servicesOn } from '../testing/services.js';
import { SessionsStore } from '../transactions/sessions.store.js';

const STATIONS = Array.from({ length: 9 }, (_, index) => `S-${index + 1}`);
const clock = new ManualClock(at('12:00'));
let test: TestDatabase;

const query = (sql: string): Promise<unknown[]> => test.database.transaction([OPERATOR_ID], (tx) => tx.query(sql));

beforeAll(async () => {
  test = await openSessionsDatabase(...STATIONS);
});
afterAll(() => test.drop());

/** Has the statement time out that makes a session of these stations final, and keeps how many locks were held then. */
async function slowAt(...stationIds: string[]): Promise<void> {
  await test.admin(`CREATE SEQUENCE IF NOT EXISTS sessions.locks_held MINVALUE 0 START 0;
    CREATE OR REPLACE FUNCTION sessions.take_long() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
      PERFORM setval('sessions.locks_held', count(*)) FROM pg_locks
      WHERE locktype = 'advisory' AND pid = pg_backend_pid();
      RAISE EXCEPTION 'canceling statement due to statement timeout' USING ERRCODE = 'query_canceled';
    END $$;
    GRANT EXECUTE ON FUNCTION sessions.take_long() TO PUBLIC;
    CREATE OR REPLACE TRIGGER takes_long BEFORE UPDATE ON sessions.sessions FOR EACH ROW
    WHEN (NEW.status = 'finalized' AND NEW.station_id IN (${stationIds.map((id) => `'${id}'`).join(', ')}))
    EXECUTE FUNCTION sessions.take_long()`);
}

async function statuses(transactionId: string): Promise<Record<string, string>> {
  const sessions = await test.database.transaction([OPERATOR_ID], (tx) =>
    new SessionsStore().load(
      tx,
      STATIONS.map((stationId) => ({ stationId, transactionId })),
    ),
  );
  return Object.fromEntries(sessions.map(({ stationId, status }) => [stationId, status]));
}

async function charged(transactionId: string, from: string, fromWh: number): Promise<void> {
  const until = new Date(Date.parse(from) + 1_800_000).toISOString();
  const events = STATIONS.flatMap((stationId) => [
    started(from, fromWh, { stationId, transactionId }),
    ended(until, fromWh + 4_000, { stationId, transactionId }),
  ]);
  const { transactions } = servicesOn(test, clock);
  await test.database.transaction([OPERATOR_ID], (tx) => transactions.apply(events, tx));
  clock.advance(6);
}

const finalize = () => servicesOn(test, clock).finalization.finalizeDue();

it('holds no other station while one session takes long, which waits alone', async () => {
  await slowAt('S-4');
  await charged('1', at('10:00'), 1_000);
  await finalize();
  const others = Object.fromEntries(STATIONS.map((id) => [id, id === 'S-4' ? 'ended' : 'finalized']));
  expect(await statuses('1')).toEqual(others);
  expect(await test.admin('SELECT last_value::int AS held FROM sessions.locks_held')).toEqual([{ held: 1 }]);
  const waiting = await query(
    `SELECT station_id AS "stationId", final_due_at AS at FROM sessions WHERE status = 'ended'`,
  );
  expect(waiting).toEqual([{ stationId: 'S-4', at: new Date(clock.now().getTime() + 3_600_000) }]);
});

it('lets the others wait where so many take long that it is no fault of theirs', async () => {
  await slowAt(...STATIONS);
  await charged('2', at('11:00'), 5_000);
  await finalize();
  const due = await query(
    `SELECT count(*)::int AS due FROM sessions WHERE final_due_at <= '${clock.now().toISOString()}'`,
  );
  expect(due).toEqual([{ due: STATIONS.length - 3 }]);
});
