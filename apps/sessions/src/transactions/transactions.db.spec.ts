import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MeterKeyState, type QuarantineEvent, type StationEvent, newEvent } from '@chargemesh/contracts';
import { Connection, LostRace, Transaction } from '@chargemesh/persistence';
import { TestMeter, meterTime } from '@chargemesh/signed-data/testing';
import { ManualClock, type TestDatabase } from '@chargemesh/testing';
import type { FinalizationService } from '../finalization/finalization.service.js';
import { MeterKeysHandler } from '../finalization/meter-keys.handler.js';
import { sessionsService } from '../index.js';
import { MeterValuesStore, unescapedSample } from '../meter/meter-values.store.js';
import type { Sample } from '../meter/sample.js';
import { knownStations } from '../projections/projections.js';
import { meterValuesList } from '../sessions/meter-values.list.js';
import { sessionsList } from '../sessions/sessions.list.js';
import { openSessionsDatabase } from '../testing/database.js';
import {
  OPERATOR_ID,
  at,
  available,
  booted,
  ended,
  occupied,
  quarantineId,
  readings,
  register,
  settled,
  started,
  unknownEnd,
  updated,
  values,
} from '../testing/facts.js';
import { Play } from '../testing/play.js';
import { random, shuffled } from '@chargemesh/testing/random';
import { servicesOn } from '../testing/services.js';
import { settings } from '../testing/settings.js';
import { stationState } from '../testing/states.js';
import { WaitingEndsStore } from './waiting-ends.store.js';
import type { SessionRow } from './session.entity.js';
import { SessionsStore } from './sessions.store.js';
import { EndEvidenceStore } from './end-evidence.store.js';
import { TO_REVIEW, youngestOverdue } from './to-review.js';
import type { TransactionsService } from './transactions.service.js';

/** Not synchronised, so that its time tells nothing. */
const U = meterTime(0, 'U');
const MK = '01930000-0000-7000-8000-0000000000e1';
const STRANGER = '01930000-0000-7000-8000-000000000002';
const sessions = new SessionsStore();
const meterValues = new MeterValuesStore();
const logger = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() };

function movedTo<E extends StationEvent | QuarantineEvent>(stationId: string, event: E): E {
  return { ...event, data: { ...event.data, stationId } };
}

/** Without ids, and without what depends on the station's projections. */
function comparable(final: Record<string, unknown> = {}) {
  const { sessionId: _id, version: _version, stationId: _station, connector: _connector, ...data } = final;
  return { ...data, token: undefined, flags: undefined };
}

const ODD_TEXTS = [
  '\0',
  '\ud800',
  '\udc00',
  '\x1e',
  '\x1f',
  '\\',
  '"',
  '\u{1f50c}',
  'constructor',
  '__proto__',
  'a b',
  '{',
];
const ODD_NUMBERS = [0, -0, 3.4028235e38, -3.4028235e38, 1e-46, 5e-324, 2 ** 63, 2 ** 53, -1, 1e308, 0.1, 12_345.678];

function pick<T>(from: readonly T[], next: () => number): T {
  return from[Math.floor(next() * from.length)] as T;
}

function anyText(next: () => number): string {
  return Array.from({ length: 1 + Math.floor(next() * 12) }, () => pick(ODD_TEXTS, next))
    .join('')
    .slice(0, 20);
}

function anyNumber(next: () => number): number {
  return next() < 0.5 ? pick(ODD_NUMBERS, next) : (next() - 0.5) * 10 ** Math.floor(next() * 600 - 300);
}

/** A start, two updates and an end of one transaction, with anything in them that a contract lets through. */
function anyFact(index: number, on: { stationId: string; transactionId: string }, next: () => number): StationEvent {
  const text = () => anyText(next);
  const measurands = [
    'Energy.Active.Import.Register',
    'Power.Active.Import',
    'Voltage',
    'Current.Import',
    'SoC',
    text(),
  ];
  const value = () => ({
    ...{ measurand: pick(measurands, next), value: anyNumber(next) },
    ...{ phase: pick([undefined, 'L1', text()], next), unit: pick([undefined, 'Wh', text()], next) },
    ...{
      location: pick([undefined, 'Inlet', text()], next),
      context: pick([undefined, 'Transaction.Begin', text()], next),
    },
  });
  const time = at(`10:${index}0`);
  const sample = { at: time, values: Array.from({ length: 8 }, value), signed: [{ data: text(), method: text() }] };
  const more = {
    ...{ ...on, samples: [sample], trigger: text(), idToken: { value: text(), type: text() } },
    ...{ seqNo: pick([index, undefined, 2 ** 31, 2 ** 53 - 1], next), evseId: pick([1, 1_000_000], next) },
    ...{ connectorId: pick([1, 1_000_000], next), remoteStartId: 2 ** 53 - 1, reservationId: -(2 ** 53 - 1) },
  };
  if (index === 0) return started(time, 0, more);
  return index === 3 ? ended(time, 900, { ...more, stoppedReason: text() }) : updated(time, null, more);
}

/** The sessions of a connector, by their place in the row: a minute each, on a register that goes on. */
function oneAfterTheOther(
  place: number,
  id: { stationId: string; transactionId: string },
  signed: { data: string }[] = [],
) {
  const minute = (after: number) => new Date(Date.parse(at('00:00')) + (2 * place + after) * 60_000).toISOString();
  const between = signed.length > 0 ? [1, 2, 3, 4, 5, 6].map((tenth) => minute(tenth / 10)) : [];
  const samples = [
    ...between.map((time) => ({ ...register(time, 100 * place), signed })),
    register(minute(1), 100 * (place + 1), 'Transaction.End'),
  ];
  return [started(minute(0), 100 * place, id), ended(minute(1), null, { ...id, samples })];
}

describe('the way of facts into the database', () => {
  let test: TestDatabase;
  let clock: ManualClock;
  let transactions: TransactionsService;
  let finalization: FinalizationService;
  let station = 0;
  let on: { stationId: string };

  const inTransaction = <T>(work: (tx: Transaction) => Promise<T>, operators = [OPERATOR_ID]) =>
    test.database.transaction(operators, work);
  const apply = (...events: (StationEvent | QuarantineEvent)[]) =>
    inTransaction((tx) => transactions.apply(events, tx));
  const sessionOf = async (transactionId = '1'): Promise<SessionRow> => {
    const [session] = await inTransaction((tx) => sessions.load(tx, [{ ...on, transactionId }]));
    const row = session && (await inTransaction((tx) => sessions.find(tx, session.sessionId)));
    if (!row) throw new Error(`there is no session ${transactionId}`);
    return row;
  };
  const samplesOf = async (...session: Parameters<typeof sessionOf>): Promise<Sample[]> => {
    const { sessionId, firstFactAt, lastFactAt } = await sessionOf(...session);
    const within = { sessionId, measured: [firstFactAt, lastFactAt] };
    const { rows } = await inTransaction((tx) => meterValuesList.read(tx, OPERATOR_ID, { limit: 1_000 }, within));
    return rows.map(unescapedSample);
  };
  const told = async (type: string) => {
    const { sessionId } = await sessionOf();
    const rows = await inTransaction((tx) =>
      tx.query<{ value: string }>(
        `SELECT value FROM outbox WHERE key = $1 AND headers ->> 'ce_type' = $2 ORDER BY id`,
        [sessionId, type],
      ),
    );
    return rows.map(({ value }) => JSON.parse(value) as Record<string, unknown>);
  };
  const learn = (...stationIds: string[]) =>
    inTransaction((tx) =>
      knownStations.save(
        tx,
        stationIds.map((stationId) => stationState(stationId).data),
      ),
    );

  beforeAll(async () => {
    test = await openSessionsDatabase();
  });

  afterAll(() => test.drop());

  // Every test has a station of its own.
  beforeEach(async () => {
    clock = new ManualClock(at('12:00'));
    ({ transactions, finalization } = servicesOn(test, clock, logger));
    on = { stationId: `S-${++station}` };
    await learn(on.stationId);
  });

  it('knows whose end it is although the station names no transaction, across batches', async () => {
    await learn(on.stationId);
    await apply(started(at('10:00'), 1_000, on), occupied(at('10:01'), on));
    await apply(unknownEnd(at('11:00'), 5_000, on));
    const says = (flag: string) => expect.arrayContaining([flag]) as unknown;
    expect(await sessionOf()).toMatchObject({ status: 'ended', flags: says('stop-transaction-unknown') });
    const matches = await inTransaction((tx) =>
      tx.query<{ value: string }>(`SELECT value FROM outbox WHERE topic = 'sessions.stop-matches.v1' AND key = $1`, [
        on.stationId,
      ]),
    );
    expect(matches.map(({ value }) => JSON.parse(value) as object)).toMatchObject([{ transactionId: '1' }]);
    await apply(ended(at('11:00'), 5_000, on));
    clock.advance(5);
    await finalization.finalizeDue();
    expect(await told('session-finalized')).toMatchObject([
      { energyWh: 4_000, flags: says('stop-transaction-unknown') },
    ]);
  });

  it('keeps an end that is not named until it knows whose it is', async () => {
    await learn(on.stationId);
    const odd = { ...on, trigger: 'Stop\0\ud800', flags: ['time-zone-assumed'] };
    await apply(
      unknownEnd(at('11:00'), 5_000, odd),
      unknownEnd(at('09:00'), 70, { ...on, quarantineId: quarantineId(2) }),
    );
    await apply(started(at('10:00'), 1_000, on));
    const says = expect.arrayContaining(['stop-transaction-unknown', 'time-zone-assumed']) as unknown;
    expect(await sessionOf()).toMatchObject({ status: 'ended', endedAt: new Date(at('11:00')), flags: says });
    const waiting = await inTransaction((tx) => new WaitingEndsStore().load(tx, [on.stationId]));
    expect(waiting.map((end) => end.quarantineId)).toEqual([quarantineId(2)]);
    await apply(movedTo(on.stationId, settled(at('11:30'), 'discarded', quarantineId(2))));
    expect(await inTransaction((tx) => new WaitingEndsStore().load(tx, [on.stationId]))).toEqual([]);
  });

  it('leaves it to a person while another connector is in use, and forgets that once it is settled', async () => {
    await learn(on.stationId);
    await apply(occupied(at('09:00'), { ...on, evseId: 2 }));
    await apply(started(at('10:00'), 1_000, on));
    const id = quarantineId(77);
    await apply(unknownEnd(at('11:00'), 5_000, { ...on, quarantineId: id }));
    expect(await sessionOf()).toMatchObject({ status: 'active' });
    expect((await sessionOf()).flags).toContain('message-quarantined');
    await apply(movedTo(on.stationId, settled(at('11:30'), 'discarded', id)));
    expect((await sessionOf()).flags).not.toContain('message-quarantined');
  });

  it('goes on with a session that is held without an end when its connector says that it charges', async () => {
    await apply(started(at('10:00'), 1_000, on));
    await apply(movedTo(on.stationId, booted(at('10:20'))));
    clock.advance(600);
    await finalization.finalizeDue();
    expect(await sessionOf()).toMatchObject({ status: 'held' });
    await apply(occupied(at('10:40'), { ...on, detail: 'Charging' }));
    expect(await sessionOf()).toMatchObject({ status: 'active', endedAt: null });
  });

  it('makes a session of facts, and the session final', async () => {
    await apply(started(at('10:00'), 1_000, on));
    expect(await sessionOf()).toMatchObject({ status: 'active', token: { uid: 'CARD1' }, flags: ['token-unknown'] });
    await apply(updated(at('10:15'), 3_000, on), ended(at('10:30'), 5_000, on));
    await finalization.finalizeDue();
    expect(await sessionOf()).toMatchObject({ status: 'ended', energyWh: 4_000 });
    clock.advance(5);
    await finalization.finalizeDue();
    await finalization.finalizeDue();
    expect(await sessionOf()).toMatchObject({ status: 'finalized', endedAt: new Date(at('10:30')), energyWh: 4_000 });
    expect(await told('session-finalized')).toMatchObject([{ version: 3, periods: [{}, {}], energyWh: 4_000 }]);
  });

  it('knows from batch to batch since when a running session idles', async () => {
    await apply(started(at('10:00'), 0, { ...on, chargingState: 'Charging' }));
    await apply(updated(at('10:05'), 500, { ...on, chargingState: 'SuspendedEV' }));
    await apply(updated(at('10:20'), 500, { ...on, chargingState: 'SuspendedEV' }));
    await apply(updated(at('10:25'), null, { ...on, chargingState: 'Charging' }));
    expect((await told('session-updated')).map((data) => [data['at'], data['idleSince']])).toEqual([
      [at('10:05'), at('10:05')],
      [at('10:25'), undefined],
    ]);
  });

  it('knows from batch to batch that a clock is behind, and tells the start again', async () => {
    const behind = (time: string) => `2026-03-01T${time}:00.000Z`;
    await apply(started(behind('22:00'), 1_000, { ...on, receivedAt: at('10:00') }));
    await apply(updated(behind('22:15'), 3_000, { ...on, receivedAt: at('10:15') }));
    await apply(ended(behind('22:30'), 5_000, { ...on, receivedAt: at('10:30') }));
    clock.advance(5);
    await finalization.finalizeDue();
    expect((await told('session-started')).map(({ startedAt, token }) => [startedAt, token])).toMatchObject([
      [behind('22:00'), { uid: 'CARD1' }],
      [at('10:00'), { uid: 'CARD1' }],
    ]);
    expect(await told('session-finalized')).toMatchObject([{ startedAt: at('10:00'), endedAt: at('10:30') }]);
  });

  it('says when a session was changed since it was read, instead of losing the change', async () => {
    await apply(started(at('10:00'), 0, on));
    await inTransaction(async (tx) => {
      const [read] = await sessions.load(tx, [{ ...on, transactionId: '1' }]);
      await apply(updated(at('10:01'), 100, on));
      const changed = [{ ...read!, version: read!.version + 1 }];
      await expect(tx.attempt(() => sessions.save(tx, changed))).rejects.toThrow(LostRace);
      await expect(tx.attempt(() => sessions.advance(tx, changed))).rejects.toThrow(LostRace);
    });
  });

  it('gives the same final bytes as the rules alone, whatever the order', async () => {
    const facts = [
      started(at('10:00'), 1_000, { ...on, seqNo: 0 }),
      updated(at('10:10'), 2_000, { ...on, seqNo: 1, chargingState: 'Charging' }),
      updated(at('10:20'), 300, { ...on, seqNo: 2, chargingState: 'SuspendedEV' }),
      updated(at('10:20'), null, {
        ...on,
        seqNo: 3,
        samples: [{ ...register(at('10:20'), 300), signed: [{ data: 'B' }] }],
      }),
      updated(at('10:20'), null, {
        ...on,
        seqNo: 4,
        samples: [{ ...register(at('10:20'), 300), signed: [{ data: 'A' }] }],
      }),
      ended(at('10:30'), 900, { ...on, seqNo: 5 }),
    ];
    const alone = new Play(at('12:00')).batch(...facts.map((fact) => movedTo('CS-1', fact))).after(0);
    const [byRules] = alone.of('session-finalized');
    const found = new Set<string>();
    for (let seed = 1; seed <= 5; seed++) {
      on = { stationId: `${on.stationId}-${seed}` };
      await learn(on.stationId);
      const moved = facts.map((fact) => movedTo(on.stationId, fact));
      for (const fact of shuffled([...moved, ...moved], random(seed))) await apply(fact);
      await finalization.finalizeDue();
      const [final] = await told('session-finalized');
      expect(comparable(final)).toEqual(comparable(byRules));
      found.add(JSON.stringify(comparable(final)));
    }
    expect(found.size).toBe(1);
  });

  it('takes the same few statements for one session and for hundreds', async () => {
    const statements = async (
      name: string,
      count: number,
      of: (more: { transactionId: string }) => StationEvent,
    ): Promise<number> => {
      const given = (['query', 'prepared'] as const).map((way) => jest.spyOn(Transaction.prototype, way));
      await apply(...Array.from({ length: count }, (_, index) => of({ ...on, transactionId: `${name}-${index}` })));
      const counts = given.map(({ mock }) => mock.calls.length);
      for (const way of given) way.mockRestore();
      return counts.reduce((sum, count) => sum + count, 0);
    };
    type Name = { transactionId: string };
    const startAt = (time: string) => (more: Name) => started(at(time), 0, more);
    const reading = (more: Name) => updated(at('10:02'), 10, more);
    await statements('first', 1, startAt('09:00'));
    const one = await statements('one', 1, startAt('10:00'));
    expect(await statements('many', 300, startAt('10:01'))).toBe(one);
    expect(await statements('many', 300, reading)).toBe(5);
  });

  it('keeps every figure of a moment in one row, merged alike in any order', async () => {
    const time = at('10:10');
    const facts = [
      values(time, { measurand: 'SoC', value: 51 }, { measurand: 'Temperature', value: 20 }),
      values(time, { measurand: 'Voltage', value: 230.1, phase: 'L1-N' }, { measurand: 'Temperature', value: 21 }),
      register(time, 2_000.5),
    ].map((sample) => updated(time, null, { ...on, samples: [sample] }));
    const rows: unknown[] = [];
    for (const transactionId of ['1', '2']) {
      const ordered = transactionId === '1' ? facts : facts.toReversed();
      await apply(started(at('10:00'), 0, { ...on, transactionId }));
      for (const fact of ordered) await apply({ ...fact, data: { ...fact.data, transactionId } });
      const { sessionId: _, ...row } = (await samplesOf(transactionId))[1] as Sample;
      rows.push(row);
    }
    expect(rows[0]).toEqual(rows[1]);
    expect(rows[0]).toMatchObject({ at: new Date(time), energyWh: 2_000.5, soc: 51, voltageL1V: 230.1 });
    expect((rows[0] as Sample).others).toHaveLength(2);
  });

  it('does not grow by what a station sends again', async () => {
    const facts = [started(at('10:00'), 0, on), updated(at('10:10'), 500, on)];
    await apply(...facts);
    const before = await samplesOf();
    await apply(...facts);
    await apply(...facts);
    expect(await samplesOf()).toEqual(before);
    expect(before).toHaveLength(2);
  });

  it('bounds what a station can put into one moment', async () => {
    await apply(started(at('10:00'), 0, on));
    for (let round = 0; round < 4; round++) {
      const many = Array.from({ length: 150 }, (_, index) => ({
        measurand: 'Temperature',
        value: round * 150 + index,
      }));
      await apply(updated(at('10:10'), null, { ...on, samples: [values(at('10:10'), ...many)] }));
    }
    expect((await samplesOf())[1]?.others).toHaveLength(400);
  });

  it('keeps signed values byte for byte', async () => {
    const data = 'OCMF|{"FV" : "1.0","RD":[{"RV":1.50, "TM":"…"}]}|{"SD":"3046\\u0041"}\r\n\t ';
    const sample = { ...register(at('10:10'), 5), signed: [{ data, encoding: 'OCMF' }] };
    await apply(started(at('10:00'), 0, on), updated(at('10:10'), null, { ...on, samples: [sample] }));
    expect((await samplesOf())[1]?.signed).toEqual([{ data, encoding: 'OCMF' }]);
  });

  it('keeps signed values byte for byte that jsonb cannot hold', async () => {
    const data = 'OCMF|{"FV":"1.0"}|{"SD":"30"}\0\ud83d \\u0000';
    const sample = (minute: number) => ({ ...register(at('10:10'), 5), signed: [{ data: `${data}${minute}` }] });
    await apply(started(at('10:00'), 0, on), updated(at('10:10'), null, { ...on, samples: [sample(1)] }));
    await apply(updated(at('10:10'), null, { ...on, samples: [sample(2)] }));
    expect((await samplesOf())[1]?.signed).toEqual(
      expect.arrayContaining([{ data: `${data}1` }, { data: `${data}2` }]),
    );
  });

  it('takes whatever figures and texts a station can put into a fact, and makes the session final or holds it', async () => {
    const next = random(11);
    for (let round = 0; round < 60; round++) {
      const transactionId = `${round}${anyText(next)}`.slice(0, 36);
      const facts = [0, 1, 2, 3].map((index) => anyFact(index, { ...on, transactionId }, next));
      await apply(...facts);
      await apply(...shuffled(facts, next));
    }
    clock.advance(86_400);
    await finalization.finalizeDue();
    const rows = await inTransaction((tx) =>
      tx.query<{ status: string }>(`SELECT status FROM sessions WHERE station_id = $1`, [on.stationId]),
    );
    // What such registers tell is held for a person.
    expect(rows.map(({ status }) => status)).toEqual(Array(60).fill(expect.stringMatching(/^(finalized|held)$/)));
    expect(logger.error).not.toHaveBeenCalled();
  });

  it('finds samples of absurd times as well', async () => {
    await apply(
      started(at('10:00'), 0, on),
      updated('1970-01-01T00:00:00.000Z', 7, { ...on, receivedAt: at('10:10') }),
    );
    await apply(updated('0001-01-01T00:00:00.000Z', 8, { ...on, receivedAt: at('10:11') }));
    expect((await samplesOf()).map(({ energyWh, beginWh }) => energyWh ?? beginWh)).toEqual([8, 7, 0]);
  });

  describe('of a final session', () => {
    beforeEach(async () => {
      await apply(started(at('10:00'), 0, on), ended(at('10:30'), 900, on));
      clock.advance(5);
      await finalization.finalizeDue();
    });

    const afterS = async (seconds: number) => {
      clock.advance(seconds);
      await finalization.finalizeDue();
    };
    const reopen = async () => {
      const { sessionId } = await sessionOf();
      await inTransaction((tx) => sessions.reopen(tx, [sessionId], clock.now()));
      await finalization.finalizeDue();
    };

    it('waits for a pause of late facts, then tells it again with a higher version', async () => {
      await apply(updated(at('10:35'), 950, on));
      await afterS(899);
      expect(await sessionOf()).toMatchObject({ energyWh: 900, lateFacts: 1, flags: ['late-facts', 'token-unknown'] });
      await apply(ended(at('10:40'), 1_000, on));
      await afterS(899);
      expect(await told('session-finalized')).toHaveLength(1);
      await afterS(1);
      await afterS(86_400);
      const [first, second, ...more] = await told('session-finalized');
      expect(second).toMatchObject({
        energyWh: 1_000,
        endedAt: at('10:40'),
        periods: [{}, {}, {}],
        flags: ['token-unknown'],
      });
      expect(Number(second?.['version'])).toBeGreaterThan(Number(first?.['version']));
      expect(more).toEqual([]);
      const correctedAt = new Date(clock.now().getTime() - 86_400_000);
      expect(await sessionOf()).toMatchObject({ energyWh: 1_000, lateFacts: 2, lateSince: null, correctedAt });
    });

    it('tells nothing when the same facts come again', async () => {
      await apply(started(at('10:00'), 0, on), ended(at('10:30'), 900, on));
      await afterS(900);
      expect(await told('session-finalized')).toHaveLength(1);
      expect(await sessionOf()).toMatchObject({ lateFacts: 2, lateSince: null, correctedAt: null, finalDueAt: null });
    });

    it('tells it again with a higher version where readers may have missed it, and corrects nothing by that', async () => {
      expect(await inTransaction((tx) => sessions.tellAgain(tx, clock.now(), clock.now()))).toBeGreaterThan(0);
      await finalization.finalizeDue();
      const [first, second, ...more] = await told('session-finalized');
      expect(second).toEqual({ ...first, version: expect.any(Number) });
      expect(Number(second?.['version'])).toBeGreaterThan(Number(first?.['version']));
      expect(more).toEqual([]);
      expect(await sessionOf()).toMatchObject({ status: 'finalized', correctedAt: null, finalDueAt: null });
    });

    it('corrects by itself for a bounded time, and whenever an operator asks', async () => {
      clock.advance(30 * 86_400 + 1);
      await apply(ended(at('10:40'), 1_000, on));
      await afterS(86_400);
      expect(await sessionOf()).toMatchObject({ energyWh: 900, lateFacts: 1, finalDueAt: null });
      await reopen();
      expect(await told('session-finalized')).toMatchObject([{ energyWh: 900 }, { energyWh: 1_000 }]);
    });

    it('is proven by pages of a meter that prove no other session, whichever comes first', async () => {
      const meter = new TestMeter();
      const page = (PG: string, TX: string, RV: number) => ({ data: meter.page({ PG, RD: [{ TM: U, TX, RV }] }) });
      const charge = async (transactionId: string, from: string, to: string, pages: [string, string]) => {
        const more = { ...on, transactionId };
        const [begin, end] = [page(pages[0], 'B', 0), page(pages[1], 'E', 1)];
        await apply(
          started(at(from), 0, {
            ...more,
            samples: [{ ...register(at(from), 0, 'Transaction.Begin'), signed: [begin] }],
          }),
          ended(at(to), 1_000, {
            ...more,
            samples: [{ ...register(at(to), 1_000, 'Transaction.End'), signed: [end] }],
          }),
        );
        await afterS(5);
      };
      const data = {
        meterKeyId: MK.replace('e1', 'e2'),
        operatorId: OPERATOR_ID,
        version: 1,
        deleted: false,
        ...on,
        publicKey: meter.keyHex.toUpperCase(),
      };
      const key = newEvent(MeterKeyState, {
        operatorId: OPERATOR_ID,
        time: at('12:00'),
        data: { ...data, trust: 'operator' },
      });
      const handler = new MeterKeysHandler(sessions, clock, settings);
      await inTransaction((tx) => handler.on([key], tx));
      await charge('11', '11:00', '11:10', ['T5', 'T6']);
      await charge('12', '11:20', '11:30', ['T5', 'T6']);
      await charge('13', '11:40', '11:50', ['T9', 'T10']);
      await charge('14', '10:40', '10:50', ['T11', 'T12']);
      await charge('15', '11:32', '11:35', ['T7', 'T8']);
      const reasons = ['11', '12', '13', '14', '15'].map(async (id) => (await sessionOf(id)).signedVerdict?.reason);
      expect(await Promise.all(reasons)).toEqual(['verified', 'pages-used', 'verified', 'pages-fall', 'verified']);
      // Looked at again after its meter values may be gone, a session keeps what proved it.
      clock.advance((settings.METER_VALUES_DAYS + 1) * 86_400);
      const { sessionId } = await sessionOf('11');
      await inTransaction((tx) => sessions.reopen(tx, [sessionId], clock.now()));
      await finalization.finalizeDue();
      await charge('16', '11:36', '11:38', ['T5', 'T6']);
      expect((await sessionOf('16')).signedVerdict?.reason).toBe('pages-used');
    });

    it('is corrected by the key that its signed values waited for, and by no other change of keys', async () => {
      const meter = new TestMeter();
      const sample = { ...register(at('10:30'), 900), signed: [{ data: meter.page({ PG: 'T1', RD: [{ TX: 'B' }] }) }] };
      await apply(updated(at('10:30'), null, { ...on, samples: [sample] }));
      await afterS(900);
      expect(await sessionOf()).toMatchObject({ signedVerdict: { result: 'no-key' }, finalDueAt: null });
      const learnKey = async (version: number, deleted = false) => {
        const about = { meterKeyId: MK, operatorId: OPERATOR_ID, version, deleted, ...on };
        const data = { ...about, publicKey: meter.keyHex.toUpperCase(), trust: 'first-use' as const };
        const keys = [newEvent(MeterKeyState, { operatorId: OPERATOR_ID, time: at('12:00'), data })];
        const handler = new MeterKeysHandler(sessions, clock, settings);
        await inTransaction((tx) => handler.on(keys, tx));
        await finalization.finalizeDue();
      };
      await learnKey(1);
      expect(await sessionOf()).toMatchObject({ signedVerdict: { result: 'invalid', reason: 'end-missing' } });
      const [, ...finals] = await told('session-finalized');
      expect(finals.map(({ signedVerdict }) => signedVerdict)).toMatchObject([
        ...[{ result: 'no-key' }, { result: 'invalid', trust: 'first-use' }],
      ]);
      await learnKey(3, true);
      await learnKey(2);
      expect((await sessionOf()).signedVerdict?.result).toBe('invalid');
      await reopen();
      expect((await sessionOf()).signedVerdict?.result).toBe('no-key');
    });

    it('never takes back what was measured when the meter values are gone', async () => {
      clock.advance(400 * 86_400);
      await reopen();
      expect(await sessionOf()).toMatchObject({ energyWh: 900, finalDueAt: null });
      expect(await told('session-finalized')).toHaveLength(1);
    });
  });

  it('infers an end from a sign of an earlier batch', async () => {
    await apply(available(at('10:20'), on));
    await apply(started(at('10:00'), 0, on));
    expect(await sessionOf()).toMatchObject({ status: 'ended', inferredEndAt: new Date(at('10:20')) });
    await apply(updated(at('10:25'), 100, on));
    expect(await sessionOf()).toMatchObject({ status: 'active' });
    await apply(available(at('10:30'), on));
    expect(await sessionOf()).toMatchObject({ status: 'ended', finalDueAt: new Date(at('12:10')) });
  });

  it('knows from batch to batch that a connector is in use, and takes back what a boot seemed to end', async () => {
    const charging = (time: string) =>
      available(at(time), { ...on, status: 'Occupied', detail: 'Charging', messageId: time });
    await apply(started(at('10:00'), 0, on));
    await apply(movedTo(on.stationId, booted(at('10:20'))));
    expect(await sessionOf()).toMatchObject({ status: 'ended', inferredEndAt: new Date(at('10:20')) });
    await apply(charging('10:21'));
    expect(await sessionOf()).toMatchObject({ status: 'active', inferredEndAt: null, finalDueAt: null });
    await apply(movedTo(on.stationId, booted(at('10:30'))));
    expect(await sessionOf()).toMatchObject({ status: 'active' });
  });

  it('gives readings without a transaction to the one that runs there', async () => {
    await apply(started(at('10:00'), 0, on));
    await apply(readings(at('10:20'), 700, on));
    expect(await sessionOf()).toMatchObject({ energyWh: 700, flags: ['readings-assigned', 'token-unknown'] });
    expect((await samplesOf()).map(({ energyWh }) => energyWh)).toEqual([null, 700]);
  });

  it('gives readings without a transaction to the one in whose time they lie, whatever is over by then', async () => {
    await apply(started(at('10:00'), 0, on), ended(at('10:30'), null, on));
    await apply(readings(at('10:20'), 700, on));
    expect(await sessionOf()).toMatchObject({ status: 'ended', energyWh: 700 });
    clock.advance(10);
    await finalization.finalizeDue();
    await apply(readings(at('10:29'), 900, { ...on, receivedAt: at('10:29:20') }));
    clock.advance(1_000);
    await finalization.finalizeDue();
    expect((await told('session-finalized')).map(({ energyWh }) => energyWh)).toEqual([700, 900]);
  });

  it('shows a session to a person that another token ended, unless both are of one group', async () => {
    const by = (value: string) => ({ idToken: { value, type: 'ISO14443' } });
    await inTransaction((tx) =>
      tx.query(
        `INSERT INTO tokens (operator_id, country_code, party_id, version, uid, type, contract_id, issuer, valid, whitelist, group_id)
         SELECT $1, 'DE', 'ABC', 1, uid, 'RFID', uid, 'I', true, 'ALWAYS', group_id
         FROM (VALUES ('FLEET1', 'FLEET'), ('FLEET2', 'FLEET'), ('OTHER1', NULL)) AS t (uid, group_id)`,
        [OPERATOR_ID],
      ),
    );
    await apply(started(at('10:00'), 0, { ...on, ...by('FLEET1') }));
    await apply(ended(at('10:30'), 900, { ...on, ...by('fleet2') }));
    clock.advance(10);
    await finalization.finalizeDue();
    expect(await sessionOf()).toMatchObject({ status: 'finalized', flags: [], endedBy: ['FLEET2'] });
    await apply(ended(at('10:30'), 900, { ...on, ...by('OTHER1'), digest: 'other' }));
    clock.advance(1_000);
    await finalization.finalizeDue();
    expect(await sessionOf()).toMatchObject({ status: 'finalized', flags: ['ended-by-another'] });
  });

  it('knows from batch to batch that a connector was free, and shows a person what is read there afterwards', async () => {
    await apply(started(at('10:00'), 0, on), updated(at('10:10'), 500, on));
    for (const [time, detail] of [
      ['10:11', 'Preparing'],
      ['10:12', 'Faulted'],
      ['10:13', 'Charging'],
    ] as const)
      await apply(occupied(at(time), { ...on, messageId: time, detail }));
    await apply(readings(at('10:20'), 700, on));
    expect(await sessionOf()).toMatchObject({ flags: ['readings-assigned', 'readings-doubtful', 'token-unknown'] });
  });

  it('finds a session that is final by an inferred end for what shows that it goes on, until another one began', async () => {
    await apply(started(at('10:00'), 0, on), updated(at('10:10'), 500, on));
    await apply(movedTo(on.stationId, booted(at('10:11'))));
    clock.advance(600);
    await finalization.finalizeDue();
    await apply(readings(at('10:20'), 700, on));
    expect(await sessionOf()).toMatchObject({ status: 'finalized', energyWh: 500, lateFacts: 1 });
    const second = { ...on, transactionId: '2' };
    await apply(started(at('10:30'), 700, second), ended(at('10:40'), 800, second));
    await apply(readings(at('10:50'), 900, on), unknownEnd(at('10:55'), 900, on));
    expect(await sessionOf()).toMatchObject({ lateFacts: 1, endClaimedAt: null });
  });

  it('ends a session that is final by an inferred end with a stop that names none', async () => {
    await apply(started(at('10:00'), 0, on), updated(at('10:10'), 500, on));
    await apply(movedTo(on.stationId, booted(at('10:11'))));
    clock.advance(600);
    await finalization.finalizeDue();
    await apply(unknownEnd(at('10:30'), 900, on));
    clock.advance(900);
    await finalization.finalizeDue();
    expect(await sessionOf()).toMatchObject({ status: 'finalized', energyWh: 900, endedAt: new Date(at('10:30')) });
  });

  it('says again who charges where that comes in a later batch, and nothing of a session that it does not read whole', async () => {
    await apply(started(at('10:00'), 0, { ...on, idToken: undefined }));
    await apply(updated(at('10:01'), 100, on));
    await apply(updated(at('10:02'), 200, { ...on, idToken: { value: 'CARD7', type: 'ISO14443' } }));
    await apply(updated(at('10:03'), 300, on), ended(at('10:04'), 400, on));
    const rows = await inTransaction((tx) =>
      tx.query<{ token: string | null }>(
        `SELECT value::jsonb -> 'token' ->> 'uid' AS token FROM outbox
         WHERE headers ->> 'ce_type' = 'session-started' AND value::jsonb ->> 'stationId' = $1 ORDER BY id`,
        [on.stationId],
      ),
    );
    expect(rows).toEqual([{ token: null }, { token: 'CARD7' }]);
  });

  it('makes many sessions final, in batches', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => ({ ...on, transactionId: `${index}` }));
    await apply(...ids.flatMap((id, place) => oneAfterTheOther(place, id)));
    clock.advance(5);
    await finalization.finalizeDue();
    const found = await inTransaction((tx) => sessions.load(tx, ids));
    expect(found.map(({ status }) => status)).toEqual(ids.map(() => 'finalized'));
  });

  it('verifies no more signed values in one batch than are done soon, and goes on with the rest', async () => {
    const ids = Array.from({ length: 4 }, (_, index) => ({ ...on, transactionId: `${index}` }));
    const signed = Array.from({ length: 50 }, (_, index) => ({ data: `no OCMF ${index}` }));
    await apply(...ids.flatMap((id, place) => oneAfterTheOther(place, id, signed)));
    clock.advance(5);
    const batches = jest.spyOn(SessionsStore.prototype, 'save');
    await finalization.finalizeDue();
    const sizes = batches.mock.calls.map(([, changed]) => changed.length);
    batches.mockRestore();
    expect(sizes).toEqual([1, 1, 1, 1]);
    const found = await inTransaction((tx) => sessions.load(tx, ids));
    expect(found.map(({ status }) => status)).toEqual(ids.map(() => 'finalized'));
  });

  it('does not let one session that cannot be final stop the others', async () => {
    await apply(started(at('10:00'), 0, on), ended(at('10:30'), 100, on));
    const bad = { ...on, transactionId: 'bad' };
    await apply(started(at('10:30'), 100, bad), ended(at('11:00'), 200, bad));
    await inTransaction((tx) => tx.query(`UPDATE sessions SET location = '{}' WHERE transaction_id = 'bad'`));
    clock.advance(5);
    await finalization.finalizeDue();
    expect([(await sessionOf()).status, (await sessionOf('bad')).status]).toEqual(['finalized', 'ended']);
    expect((await sessionOf('bad')).finalDueAt).toEqual(new Date(clock.now().getTime() + 3_600_000));
    expect(logger.error).toHaveBeenCalledTimes(1);
  });

  it('finds what somebody should look at by an index of its own', async () => {
    const admin = new Connection({ connectionString: test.adminUrl });
    await admin.connect();
    try {
      // Row security would let other indexes compete, by statistics that the server renews when it likes.
      await admin.query(`SET search_path = ${sessionsService.schema}; SET enable_seqscan = off`);
      const where = TO_REVIEW.replace(':youngest', `'${youngestOverdue(clock.now())}'`).replace(':silent', 'now()');
      const { rows } = await admin.query(`EXPLAIN SELECT session_id FROM sessions WHERE ${where}`);
      expect(JSON.stringify(rows)).toContain('sessions_to_review');
    } finally {
      await admin.end();
    }
  });

  it('shows an operator nothing of another', async () => {
    await apply(started(at('10:00'), 0, on));
    const { sessionId, firstFactAt, lastFactAt } = await sessionOf();
    const seen = await inTransaction(
      async (tx) => [
        await sessions.load(tx, [{ ...on, transactionId: '1' }]),
        await sessions.unended(tx, [on.stationId], new Date(0)),
        (await sessionsList.read(tx, OPERATOR_ID, {})).rows,
        await meterValues.ofSessions(tx, [{ sessionId, firstFactAt, lastFactAt }], 10),
        await new EndEvidenceStore().load(tx, [on.stationId]),
      ],
      [STRANGER],
    );
    expect(seen).toEqual([[], [], [], [], []]);
  });

  it('applies only higher versions of stations and locations', async () => {
    const versions = async () =>
      inTransaction((tx) =>
        tx.query(`SELECT version, connected FROM known_stations WHERE station_id = $1`, [on.stationId]),
      );
    await inTransaction((tx) => knownStations.save(tx, [stationState(on.stationId, { version: 3 }).data]));
    await inTransaction((tx) =>
      knownStations.save(tx, [stationState(on.stationId, { version: 2, connected: false }).data]),
    );
    expect(await versions()).toEqual([{ version: 3, connected: true }]);
  });
});
