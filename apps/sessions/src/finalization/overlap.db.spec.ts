import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { StationEvent } from '@chargemesh/contracts';
import { ManualClock, type TestDatabase } from '@chargemesh/testing';
import { openSessionsDatabase } from '../testing/database.js';
import { OPERATOR_ID, at, available, ended, started } from '../testing/facts.js';
import { servicesOn } from '../testing/services.js';
import { SessionsStore } from '../transactions/sessions.store.js';

const clock = new ManualClock(at('12:00'));
let test: TestDatabase;

beforeAll(async () => {
  test = await openSessionsDatabase('S-1', 'S-2', 'S-3', 'S-4', 'S-5', 'S-6');
});
afterAll(() => test.drop());

/** What becomes of the first of these sessions. */
async function outcomeOf(stationId: string, ...events: StationEvent[]) {
  const { transactions, finalization } = servicesOn(test, clock);
  const inTransaction = test.database.transaction.bind(test.database);
  await inTransaction([OPERATOR_ID], (tx) => transactions.apply(events, tx));
  clock.advance(601);
  await finalization.finalizeDue();
  return sessionOf(stationId, '1');
}

async function sessionOf(stationId: string, transactionId: string) {
  const [session] = await test.database.transaction([OPERATOR_ID], (tx) =>
    new SessionsStore().load(tx, [{ stationId, transactionId }]),
  );
  const { status, energyWh, hold, endedAt } = session ?? {};
  return { status, energyWh, reasons: hold?.reasons, endedAt: endedAt?.toISOString() };
}

const CARD2 = { transactionId: '2', idToken: { value: 'CARD2', type: 'ISO14443' } };

it('holds a session that is said to have gone on while the next one ran at its connector', async () => {
  const on = { stationId: 'S-1' };
  const next = [
    started(at('10:50'), 3_000, { ...on, ...CARD2 }),
    ended(at('11:30'), 8_000, { ...on, transactionId: '2' }),
  ];
  const outcome = await outcomeOf('S-1', started(at('10:00'), 1_000, on), ...next, ended(at('11:45'), 8_000, on));
  expect(outcome).toMatchObject({ status: 'held', reasons: ['sessions-overlap'] });
});

it('holds one that ran while another one did at the other connector of its EVSE', async () => {
  const on = { stationId: 'S-6' };
  const other = { ...on, transactionId: '2', connectorId: 2 };
  const next = [started(at('10:50'), 3_000, { ...CARD2, ...other }), ended(at('11:30'), 8_000, other)];
  const outcome = await outcomeOf('S-6', started(at('10:00'), 1_000, on), ...next, ended(at('11:45'), 8_000, on));
  expect(outcome).toMatchObject({ status: 'held', reasons: ['sessions-overlap'] });
});

it('bills one after whose end the next one began', async () => {
  const on = { stationId: 'S-2' };
  const next = [
    started(at('10:50'), 3_000, { ...on, ...CARD2 }),
    ended(at('11:30'), 8_000, { ...on, transactionId: '2' }),
  ];
  const outcome = await outcomeOf('S-2', started(at('10:00'), 1_000, on), ended(at('10:30'), 3_000, on), ...next);
  expect(outcome).toEqual({ status: 'finalized', energyWh: 2_000, reasons: undefined, endedAt: at('10:30') });
});

it('ends one at the first stop, where that is told again after its connector was free', async () => {
  const on = { stationId: 'S-3' };
  const stops = [ended(at('10:30'), 3_000, on), available(at('10:30:20'), on), ended(at('11:45'), 3_000, on)];
  const outcome = await outcomeOf('S-3', started(at('10:00'), 1_000, on), ...stops);
  expect(outcome).toMatchObject({ status: 'finalized', energyWh: 2_000, endedAt: at('10:30') });
});

it('holds the one that comes when the one before it is final, until somebody has decided on that', async () => {
  const on = { stationId: 'S-4' };
  await outcomeOf('S-4', started(at('10:00'), 1_000, on), ended(at('11:00'), 5_000, on));
  const late = { ...on, transactionId: '2', receivedAt: at('12:00') };
  const next = [started(at('10:30'), 3_000, { ...CARD2, ...late }), ended(at('11:30'), 8_000, late)];
  const before = await outcomeOf('S-4', ...next);
  expect(before).toMatchObject({ status: 'finalized', energyWh: 4_000 });
  expect(await sessionOf('S-4', '2')).toMatchObject({ status: 'held', reasons: ['sessions-overlap'] });
});

it('bills two that overlap because the clock was set back by a little in between', async () => {
  const on = { stationId: 'S-5' };
  const late = { ...on, transactionId: '2' };
  const next = [
    started(at('10:57'), 5_000, { ...CARD2, ...late, receivedAt: at('11:01') }),
    ended(at('11:30'), 8_000, { ...late, receivedAt: at('11:34') }),
  ];
  const first = [started(at('10:00'), 1_000, on), ended(at('11:00'), 5_000, on)];
  expect(await outcomeOf('S-5', ...first, ...next)).toMatchObject({ status: 'finalized', energyWh: 4_000 });
  expect(await sessionOf('S-5', '2')).toMatchObject({ status: 'finalized', energyWh: 3_000 });
});
