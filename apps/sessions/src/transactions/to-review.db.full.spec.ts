import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ManualClock, type TestDatabase, openTestDatabase } from '@chargemesh/testing';
import { sessionsService } from '../index.js';
import { knownLocations, knownStations } from '../projections/projections.js';
import { OPERATOR_ID, at, quarantined, started, updated } from '../testing/facts.js';
import { servicesOn } from '../testing/services.js';
import { locationState, stationState } from '../testing/states.js';
import { sessionsList } from '../sessions/sessions.list.js';
import { SessionsStore } from './sessions.store.js';
import { REVIEW_FLAGS, reviewOf } from './to-review.js';

const DAY_S = 86_400;
const clock = new ManualClock(at('10:00'));
const sessions = new SessionsStore();
let test: TestDatabase;

const inTransaction: TestDatabase['database']['transaction'] = (...given) => test.database.transaction(...given);

beforeAll(async () => {
  test = await openTestDatabase(sessionsService);
  await inTransaction([OPERATOR_ID], async (tx) => {
    await tx.query(
      `INSERT INTO known_operators (operator_id, version, name, country_code, party_id, currency, authorization_default, deleted)
       VALUES ($1, 1, 'Operator', 'DE', 'ABC', 'EUR', 'Invalid', false)`,
      [OPERATOR_ID],
    );
    await knownLocations.save(tx, [locationState().data]);
    const stations = ['silent', 'talking', 'removed'].map((stationId) => stationState(stationId).data);
    await knownStations.save(tx, stations);
  });
});
afterAll(() => test.drop());

it('finds sessions that run and of which nothing is heard, or whose station was removed', async () => {
  const { transactions } = servicesOn(test, clock);
  const apply = (...events: Parameters<typeof transactions.apply>[0]) =>
    inTransaction([OPERATOR_ID], (tx) => transactions.apply(events, tx));
  for (const stationId of ['silent', 'talking', 'removed']) await apply(started(at('10:00'), 1_000, { stationId }));
  clock.advance(DAY_S + 1);
  const now = clock.now().toISOString();
  await apply(updated(now, 2_000, { stationId: 'talking' }), updated(now, 2_000, { stationId: 'removed' }));
  const { data } = stationState('removed', { version: 2, deleted: true });
  await inTransaction([OPERATOR_ID], (tx) => knownStations.save(tx, [data]));

  const look = { now: clock.now(), silentAfterS: DAY_S };
  const { found, removed, open } = await inTransaction([OPERATOR_ID], async (tx) => ({
    open: await sessions.open(tx, look),
    found: (await sessionsList.read(tx, OPERATOR_ID, {}, { toReview: look })).rows,
    removed: await sessions.removed(tx, ['silent', 'talking', 'removed']),
  }));
  expect(open).toEqual({ active: 3, silent: 1, ended: 0, held: 0 });
  const reasons = found.map((row) => [row.stationId, reviewOf(row, look, removed.has(row.stationId))?.reasons]);
  expect(Object.fromEntries(reasons)).toEqual({ silent: ['silent'], removed: ['station-removed'] });
});

it('finds a session whose start has not come at once, where a message of it lies in quarantine', async () => {
  const { transactions } = servicesOn(test, clock);
  const about = { stationId: 'talking', transactionId: 'begins' };
  const look = { now: clock.now(), silentAfterS: DAY_S };
  const receivedAt = clock.now().toISOString();
  const rows = await inTransaction([OPERATOR_ID], async (tx) => {
    await transactions.apply(
      [updated(receivedAt, 2_000, about), updated(receivedAt, 2_000, { ...about, transactionId: 'other' })],
      tx,
    );
    await transactions.apply([quarantined(receivedAt, about)], tx);
    return (await sessionsList.read(tx, OPERATOR_ID, {}, { toReview: look })).rows;
  });
  const pending = rows.filter(({ status }) => status === 'pending');
  expect(pending.map((row) => [row.transactionId, reviewOf(row, look)?.reasons])).toEqual([
    ['begins', ['message-quarantined']],
  ]);
});

it('has every flag for review in its index', async () => {
  const [index] = await inTransaction([OPERATOR_ID], (tx) =>
    tx.query<{ words: string }>(`SELECT indexdef AS words FROM pg_indexes WHERE indexname = 'sessions_to_review'`),
  );
  const indexed = [...(index?.words.split('?|')[1] ?? '').split(' OR ')[0]!.matchAll(/'([a-z-]+)'/g)].map(
    ([, flag]) => flag,
  );
  expect(indexed).toEqual(REVIEW_FLAGS);
});

it('finds sessions by any flag for review, and by no other', async () => {
  const { transactions } = servicesOn(test, clock);
  const stationId = 'talking';
  const flagsOf = [...REVIEW_FLAGS.map((flag) => ['gap', flag]), ['clock-implausible'], []];
  await inTransaction([OPERATOR_ID], async (tx) => {
    for (const [n, flags] of flagsOf.entries()) {
      const transactionId = `flagged-${n}`;
      await transactions.apply([started(at('10:00'), 1_000, { stationId, transactionId })], tx);
      await tx.query(`UPDATE sessions SET status = 'finalized', flags = $2 WHERE transaction_id = $1`, [
        transactionId,
        JSON.stringify(flags),
      ]);
    }
  });
  const look = { now: clock.now(), silentAfterS: DAY_S };
  const { rows } = await inTransaction([OPERATOR_ID], (tx) =>
    sessionsList.read(tx, OPERATOR_ID, { limit: 100 }, { toReview: look }),
  );
  const found = rows.filter(({ transactionId }) => transactionId.startsWith('flagged-'));
  expect(found.map(({ flags }) => flags[1]).sort()).toEqual([...REVIEW_FLAGS].sort());
});
