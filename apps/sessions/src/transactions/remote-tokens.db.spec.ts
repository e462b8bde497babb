import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { ManualClock, type TestDatabase } from '@chargemesh/testing';
import { openSessionsDatabase } from '../testing/database.js';
import { OPERATOR_ID, at, started, updated } from '../testing/facts.js';
import { servicesOn } from '../testing/services.js';
import { SessionsStore } from './sessions.store.js';

const REQUEST = '01930000-0000-7000-8000-0000000000f';
const clock = new ManualClock(at('14:00'));
let test: TestDatabase;

beforeAll(async () => {
  test = await openSessionsDatabase('R-1', 'R-2', 'R-3', 'R-4', 'R-5', 'R-6', 'R-7');
  await test.database.transaction([OPERATOR_ID], async (tx) => {
    for (const n of [1, 2, 3, 4, 5, 6, 7])
      await tx.query(
        `INSERT INTO remote_requests (request_id, operator_id, kind, station_id, evse_id, token_uid, remote_start_id, status,
           requested_at, expires_at) VALUES ($1, $2, 'start', $3, 1, 'CARD1', 7, $4, $5, $6)`,
        [`${REQUEST}${n}`, OPERATOR_ID, `R-${n}`, n === 5 ? 'rejected' : 'accepted', at('10:00'), at('10:01')],
      );
  });
});
afterAll(() => test.drop());

const named = { idToken: undefined, trigger: 'RemoteStart', remoteStartId: 7 };

/** The tokens of the sessions 1 and 2 of a station, once it has told this. */
async function tokensOf(stationId: string, ...events: StationEvent[]) {
  const { transactions } = servicesOn(test, clock);
  const sessions = await test.database.transaction([OPERATOR_ID], async (tx) => {
    for (const event of events) await transactions.apply([event], tx);
    const known = await new SessionsStore().load(tx, [
      { stationId, transactionId: '1' },
      { stationId, transactionId: '2' },
    ]);
    return new SessionsStore().loadWhole(
      tx,
      known.map(({ sessionId }) => sessionId),
    );
  });
  const inOrder = sessions.toSorted((a, b) => (a.transactionId < b.transactionId ? -1 : 1));
  return inOrder.map(({ token, authorizedAt }) => [token?.uid, authorizedAt?.toISOString()]);
}

it('knows who asked for a start from afar, though the station names its number only, however often it does', async () => {
  const start = started(at('10:02'), 1_000, { ...named, stationId: 'R-1' });
  expect(await tokensOf('R-1', start, start)).toEqual([['CARD1', at('10:02')]]);
});

it('knows it of a transaction that the cable began', async () => {
  const on = { stationId: 'R-2' };
  const plugged = started(at('09:50'), 1_000, { ...on, idToken: undefined, trigger: 'CablePluggedIn' });
  expect(await tokensOf('R-2', plugged, updated(at('10:00:30'), null, { ...on, ...named }))).toEqual([
    ['CARD1', at('10:00:30')],
  ]);
});

it('does not take it for a second transaction', async () => {
  const first = started(at('10:02'), 1_000, { ...named, stationId: 'R-3' });
  const second = started(at('10:05'), 2_000, { ...named, stationId: 'R-3', transactionId: '2' });
  expect(await tokensOf('R-3', first, second)).toEqual([
    ['CARD1', at('10:02')],
    [undefined, undefined],
  ]);
});

it('knows it of the first of two that name it at once', async () => {
  const first = started(at('10:02'), 1_000, { ...named, stationId: 'R-7' });
  const second = started(at('10:05'), 2_000, { ...named, stationId: 'R-7', transactionId: '2' });
  const { transactions } = servicesOn(test, clock);
  await test.database.transaction([OPERATOR_ID], (tx) => transactions.apply([second, first], tx));
  expect((await tokensOf('R-7')).map(([uid]) => uid)).toEqual(['CARD1', undefined]);
});

it.each([
  ['at another EVSE', 'R-4', { evseId: 2 }],
  ['of a start that the station refused', 'R-5', {}],
  ['an hour after the request', 'R-6', { at: at('11:02'), receivedAt: at('11:02') }],
  ['by another number', 'R-6', { remoteStartId: 8 }],
  ['by a number that no start can have', 'R-6', { remoteStartId: 2 ** 40, transactionId: '2' }],
])('does not take it %s', async (_, stationId, more) => {
  const tokens = await tokensOf(stationId, started(at('10:02'), 1_000, { ...named, stationId, ...more }));
  expect(new Set(tokens.map(([uid]) => uid))).toEqual(new Set([undefined]));
});
