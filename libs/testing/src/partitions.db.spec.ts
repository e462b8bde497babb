import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Connection, type DailyPartitions, keepDailyPartitions } from '@chargemesh/persistence';
import { type TestDatabase, openTestDatabase } from './database.js';

const DAY_MS = 86_400_000;
const KEEP_DAYS = 9;
const now = new Date();
const daysAgo = (days: number): Date => new Date(now.getTime() - days * DAY_MS);

describe('daily partitions', () => {
  let test: TestDatabase;
  let admin: Connection;

  const keep = (more: Partial<DailyPartitions> = {}) =>
    keepDailyPartitions(test.database, {
      table: 'inbox',
      timeColumn: 'event_time',
      today: now,
      keepDays: KEEP_DAYS,
      aheadDays: 2,
      operators: [],
      ...more,
    });

  async function add(consumer: string, eventTime: Date | string, receivedAt: Date, rows = 1): Promise<void> {
    await test.database.transaction([], (tx) =>
      tx.query(
        `INSERT INTO inbox (consumer, event_id, event_time, received_at)
         SELECT $1, gen_random_uuid(), $2::timestamptz, $3 FROM generate_series(1, $4)`,
        [consumer, eventTime, receivedAt, rows],
      ),
    );
  }

  /** A partition as one of these runs made it, so many days ago. */
  async function makeDay(daysBefore: number): Promise<string> {
    const day = daysAgo(daysBefore).toISOString().slice(0, 10);
    const name = `inbox_${day.replaceAll('-', '')}`;
    await admin.query(
      `SET ROLE chargemesh_sessions_owner; SET search_path = sessions;
       CREATE TABLE IF NOT EXISTS ${name} PARTITION OF inbox
         FOR VALUES FROM ('${day}T00:00:00Z') TO ('${day}T00:00:00Z'::timestamptz + interval '1 day');
       RESET ROLE`,
    );
    return name;
  }

  const consumers = async (): Promise<string[]> => {
    const rows = await test.database.read<{ consumer: string }>('SELECT DISTINCT consumer FROM inbox ORDER BY 1');
    return rows.map(({ consumer }) => consumer);
  };
  const partitions = async (): Promise<string[]> => {
    const { rows } = await admin.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = 'sessions.inbox'::regclass ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  };

  beforeAll(async () => {
    test = await openTestDatabase({ schema: 'sessions', entities: [], migrations: [] });
    admin = new Connection({ connectionString: test.adminUrl });
    await admin.connect();
  });
  beforeEach(() => test.database.transaction([], (tx) => tx.query('DELETE FROM inbox')));
  afterAll(async () => {
    await admin.end();
    await test.drop();
  });

  it('are made for the days to come, and take over what waited in the default one', async () => {
    await add('today', now, now);
    await keep();
    expect(await consumers()).toEqual(['today']);
    expect(await partitions()).toHaveLength(5);
    await expect(test.database.read('SELECT FROM inbox_default')).rejects.toThrow(/permission denied/);
  });

  it.each([
    ['1970', '1970-01-01T00:00:00Z'],
    ['the year 1', '0001-01-01T00:00:00Z'],
    ['2099', '2099-06-01T00:00:00Z'],
    ['last month', daysAgo(31)],
  ])('rows of %s stay for their days after they arrived, and no longer', async (_, eventTime) => {
    await keep();
    await add('an hour ago', eventTime, new Date(now.getTime() - 3_600_000));
    await add('yesterday', eventTime, daysAgo(1));
    await add('just in time', eventTime, daysAgo(KEEP_DAYS - 0.01));
    await add('too old', eventTime, daysAgo(KEEP_DAYS + 0.01));
    await keep();
    expect(await consumers()).toEqual(['an hour ago', 'just in time', 'yesterday']);
  });

  it('are deleted from in slices, to the end', async () => {
    await add('old', '1970-01-01T00:00:00Z', daysAgo(20), 12_345);
    await add('new', '1970-01-01T00:00:00Z', now, 10);
    await keep();
    expect(await consumers()).toEqual(['new']);
  });

  it('of days long gone are dropped, but not with what has just arrived in them', async () => {
    const [empty, late] = [await makeDay(30), await makeDay(20)];
    await add('late', daysAgo(20), daysAgo(1));
    await keep();
    expect(await partitions()).toContain(late);
    expect(await partitions()).not.toContain(empty);
    expect(await consumers()).toEqual(['late']);
    await keep({ today: new Date(now.getTime() + KEEP_DAYS * DAY_MS) });
    expect(await partitions()).not.toContain(late);
  });

  it('leave what lies between them to the same rule', async () => {
    await makeDay(20);
    await add('holds the day', daysAgo(20), now);
    await add('old', daysAgo(19), daysAgo(15));
    await add('older', daysAgo(25), daysAgo(15));
    await add('new', daysAgo(19), now);
    await keep();
    expect(await consumers()).toEqual(['holds the day', 'new']);
  });

  it('keep what is needed, in days and in the default one', async () => {
    const day = await makeDay(20);
    await add('needed', daysAgo(20), daysAgo(20));
    await add('needed', '1970-01-01T00:00:00Z', daysAgo(20));
    await add('not needed', '1970-01-01T00:00:00Z', daysAgo(20));
    await keep({ neededBy: `r.consumer = 'needed'` });
    expect(await consumers()).toEqual(['needed']);
    expect(await partitions()).toContain(day);
  });

  it('are kept by several at once', async () => {
    await makeDay(20);
    await add('old', '1970-01-01T00:00:00Z', daysAgo(20), 6_000);
    await Promise.all([keep(), keep(), keep()]);
    expect(await consumers()).toEqual([]);
  });
});
