import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestDatabase, openTestDatabase } from '@chargemesh/testing';
import { v7 as uuidv7 } from 'uuid';
import { sessionsService } from '../index.js';
import { WaitingReadingsStore } from '../transactions/waiting-readings.store.js';
import { MeterValuesStore } from './meter-values.store.js';
import { samplesOf } from './sample.js';

const DAY_MS = 86_400_000;
const KEEP_DAYS = 30;
const now = new Date();
const daysAgo = (days: number): Date => new Date(now.getTime() - days * DAY_MS);

describe('the retention of meter values', () => {
  let test: TestDatabase;
  const store = new MeterValuesStore();
  const operators = [uuidv7(), uuidv7()];

  /** A session with one reading, told by a clock of any time. */
  async function session(
    status: string,
    at: Date | string,
    receivedAt: Date,
    operatorId = operators[0],
  ): Promise<string> {
    const sessionId = uuidv7();
    await test.database.transaction(operators, async (tx) => {
      await tx.query(
        `INSERT INTO sessions (session_id, operator_id, station_id, transaction_id, version, status, seq_ranges,
           first_fact_at, last_fact_at, last_heard_at, last_received_at, energy_wh, flags, late_facts)
         VALUES ($1, $2, 'S', $1::uuid::text, 1, $3, '[]', $4, $4, $4, $4, 0, '[]', 0)`,
        [sessionId, operatorId, status, at],
      );
      await tx.query(`INSERT INTO meter_values (session_id, operator_id, at, received_at) VALUES ($1, $2, $3, $4)`, [
        sessionId,
        operatorId,
        at,
        receivedAt,
      ]);
    });
    return sessionId;
  }

  const kept = async (): Promise<Set<string>> => {
    const rows = await test.database.transaction(operators, (tx) =>
      tx.query<{ sessionId: string }>('SELECT session_id AS "sessionId" FROM meter_values'),
    );
    return new Set(rows.map(({ sessionId }) => sessionId));
  };

  beforeAll(async () => {
    test = await openTestDatabase(sessionsService);
  });
  afterAll(() => test.drop());

  it('goes by their arrival, and waits for their session to be final', async () => {
    const stay = [
      await session('finalized', '1970-01-01T00:00:00Z', daysAgo(1)),
      await session('finalized', daysAgo(2), daysAgo(2)),
      await session('active', '1970-01-01T00:00:00Z', daysAgo(90)),
      await session('ended', '2090-01-01T00:00:00Z', daysAgo(90)),
      await session('held', daysAgo(90), daysAgo(90), operators[1]),
    ];
    await session('finalized', '1970-01-01T00:00:00Z', daysAgo(31));
    await session('finalized', '2090-01-01T00:00:00Z', daysAgo(31), operators[1]);
    await session('finalized', daysAgo(90), daysAgo(90));
    await store.keepPartitions(test.database, operators, now, KEEP_DAYS);
    expect(await kept()).toEqual(new Set(stay));
  });

  it('lets readings go that no start came for', async () => {
    const waiting = new WaitingReadingsStore();
    const readings = (receivedAt: Date) => {
      return {
        readingsId: uuidv7(),
        operatorId: operators[0] as string,
        stationId: 'S',
        receivedAt,
        shownAs: null,
        event: {} as never,
      };
    };
    const [old, young] = [readings(daysAgo(KEEP_DAYS + 1)), readings(daysAgo(1))];
    const left = await test.database.transaction(operators, async (tx) => {
      await waiting.save(tx, { waiting: [old, young], over: [] });
      await waiting.forget(tx, daysAgo(KEEP_DAYS));
      return waiting.load(tx, ['S']);
    });
    expect(left.map(({ readingsId }) => readingsId)).toEqual([young.readingsId]);
  });

  it('keeps the whole day of a session that is not final', async () => {
    const open = await session('active', now, now);
    const done = await session('finalized', now, now);
    const later = new Date(now.getTime() + (KEEP_DAYS + 2) * DAY_MS);
    await store.keepPartitions(test.database, operators, later, KEEP_DAYS);
    expect([...(await kept())]).toEqual(expect.arrayContaining([open, done]));
    await test.database.transaction(operators, (tx) => tx.query(`UPDATE sessions SET status = 'finalized'`));
    await store.keepPartitions(test.database, operators, later, KEEP_DAYS);
    expect(await kept()).toEqual(new Set());
  });
});

describe('the samples of a session that becomes final', () => {
  it('have what tells of its energy without a column of its own, and nothing else of that', async () => {
    const test = await openTestDatabase(sessionsService);
    const [store, sessionId, operatorId] = [new MeterValuesStore(), uuidv7(), uuidv7()];
    const telling = [
      { measurand: 'Energy.Active.Export.Register', value: 300, unit: 'Wh' },
      { measurand: 'Power.Active.Import', value: 2_300, unit: 'W', phase: 'L1' },
    ];
    const at = now.toISOString();
    const values = [...telling, { measurand: 'Frequency', value: 50, unit: 'Hertz' }];
    const samples = samplesOf({ sessionId, operatorId }, { at, samples: [{ at, values }] });
    const read = await test.database.transaction([operatorId], async (tx) => {
      await store.add(tx, samples);
      return store.ofSessions(tx, [{ sessionId, firstFactAt: daysAgo(1), lastFactAt: now }], 10);
    });
    expect(read.map(({ others }) => others)).toEqual([telling]);
    await test.drop();
  });
});
