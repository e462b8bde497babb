import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ManualClock, type TestDatabase } from '@chargemesh/testing';
import { openSessionsDatabase } from '../testing/database.js';
import { OPERATOR_ID, at, available, booted, ended, readings, started } from '../testing/facts.js';
import { servicesOn } from '../testing/services.js';
import { FreeTimesStore } from '../transactions/free-times.store.js';
import { SessionsStore } from '../transactions/sessions.store.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await openSessionsDatabase('S-1', 'S-2', 'S-3', 'S-4', 'S-5', 'S-6', 'S-7');
});
afterAll(() => test.drop());

it.each([
  ['S-1', 'is billed where its connector was free before it', [available(at('07:00'), { stationId: 'S-1' })], []],
  ['S-2', 'is held where nothing is known of the time before', [], ['above-limit']],
  [
    'S-3',
    'is held where its connector was free since',
    [available(at('12:30'), { stationId: 'S-3' })],
    ['above-limit'],
  ],
  [
    'S-7',
    'is billed where its connector was free before it, and in the minute in which it came, but after that',
    [available(at('07:00'), { stationId: 'S-7' }), available(at('12:30:45'), { stationId: 'S-7' })],
    [],
  ],
])('%s: a session that goes on over the boot after which it came %s', async (stationId, _, signals, reasons) => {
  const clock = new ManualClock(at('12:31'));
  const { transactions, finalization } = servicesOn(test, clock);
  const boot = booted(at('12:29'));
  const events = [
    ...[...signals, { ...boot, data: { ...boot.data, stationId } }],
    started(at('10:00'), 1_000, { stationId, receivedAt: at('12:30:05') }),
    ended(at('12:31'), 6_000, { stationId }),
  ];
  await test.database.transaction([OPERATOR_ID], (tx) => transactions.apply(events, tx));
  clock.advance(900);
  await finalization.finalizeDue();
  const [session] = await test.database.transaction([OPERATOR_ID], (tx) =>
    new SessionsStore().load(tx, [{ stationId, transactionId: '1' }]),
  );
  expect(session).toMatchObject({ status: reasons.length > 0 ? 'held' : 'finalized', energyWh: expect.any(Number) });
  expect(session?.hold?.reasons ?? []).toEqual(reasons);
});

it('bills a session that was over when it came, whose connector was free in the minute of its end', async () => {
  const [stationId, transactionId] = ['S-4', '1'];
  const clock = new ManualClock(at('13:00'));
  const { transactions, finalization } = servicesOn(test, clock);
  const events = [
    available(at('07:00'), { stationId }),
    available(at('11:25:40'), { stationId }),
    started(at('10:00'), 1_000, { stationId, receivedAt: at('12:59') }),
    ended(at('11:25:20'), 16_000, { stationId, receivedAt: at('12:59') }),
  ];
  await test.database.transaction([OPERATOR_ID], (tx) => transactions.apply(events, tx));
  clock.advance(900);
  await finalization.finalizeDue();
  const [session] = await test.database.transaction([OPERATOR_ID], (tx) =>
    new SessionsStore().load(tx, [{ stationId, transactionId }]),
  );
  expect(session).toMatchObject({ status: 'finalized', energyWh: 15_000 });
});

it('takes the last moment at which a connector was free, of a session that ended after its start came', async () => {
  const tx = { stationId: 'S-5', connectorId: 1, evseId: 1, operatorId: OPERATOR_ID };
  const [long, boot] = [new Date(at('02:00')), new Date(at('09:59'))];
  const found = await test.database.transaction([OPERATOR_ID], async (scope) => {
    const free = new FreeTimesStore();
    await free.add(scope, [
      { ...tx, at: long },
      { ...tx, at: boot },
      { ...tx, at: new Date(boot.getTime() + 20_000) },
    ]);
    const session = {
      sessionId: '01930000-0000-7000-8000-00000000a005',
      ...tx,
      startedAt: new Date(at('08:00')),
      endedAt: new Date(at('12:00')),
    };
    return free.lastBefore(scope, [{ ...session, startReceivedAt: new Date(at('10:00')) } as never]);
  });
  expect([...found.values()]).toEqual([boot]);
});

it('shows what the meter of a whole station told after the end of a session that was read nowhere', async () => {
  const [stationId, transactionId] = ['S-6', '1'];
  const clock = new ManualClock(at('11:02'));
  const { transactions, finalization } = servicesOn(test, clock);
  const apply = (...events: Parameters<typeof transactions.apply>[0]) =>
    test.database.transaction([OPERATOR_ID], (tx) => transactions.apply(events, tx));
  await apply(started(at('10:00'), 0, { stationId, samples: [] }), ended(at('11:00'), null, { stationId }));
  await apply(readings(at('10:59'), 3_000, { stationId, evseId: 0, receivedAt: at('11:01') }));
  clock.advance(900);
  await finalization.finalizeDue();
  const [session] = await test.database.transaction([OPERATOR_ID], (tx) =>
    new SessionsStore().load(tx, [{ stationId, transactionId }]),
  );
  expect(session?.flags).toContain('station-metered');
});
