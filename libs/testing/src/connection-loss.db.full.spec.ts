import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Connection,
  ConnectionLost,
  Database,
  type Transaction,
  isStatementTimeout,
  isTransient,
} from '@chargemesh/persistence';
import { FaultyProxy, SweptDatabase, lossCases, serverUrl } from '@chargemesh/persistence/testing';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { type TestDatabase, openTestDatabase } from './database.js';
import { eventually } from '@chargemesh/waiting';

class Things1800000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE things (id integer NOT NULL, part integer NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE things');
  }
}

const SCHEMA = 'losses';

/** Each kind of statement that a transaction can give, with a failed attempt among them. */
async function work(tx: Transaction, id: number): Promise<number> {
  await tx.lock([`thing:${id}`, 'another']);
  await tx.query('INSERT INTO things (id, part) VALUES ($1, 1)', [id]);
  const failed = await tx.attempt(() => tx.query('SELECT 1 / $1::int', [0])).catch((error: unknown) => error);
  if (isTransient(failed)) throw failed;
  await tx.attempt(() => tx.query('INSERT INTO things (id, part) VALUES ($1, 2)', [id]));
  const rows = await tx.prepared('SELECT part FROM things WHERE id = $1', [id]);
  const more = (await tx.manager.query('SELECT part FROM things WHERE id = $1', [id])) as unknown[];
  return rows.length + more.length;
}

describe('a lost connection', () => {
  let test: TestDatabase;
  let swept: SweptDatabase;
  let database: Database;
  let proxy: FaultyProxy;
  let admin: Connection;

  beforeAll(async () => {
    test = await openTestDatabase({ schema: SCHEMA, migrations: [Things1800000000000], entities: [] });
    admin = new Connection({ connectionString: test.adminUrl });
    await admin.connect();
    swept = await SweptDatabase.open(test.adminUrl, { url: test.url, schema: SCHEMA });
    ({ database, proxy } = swept);
  });

  afterEach(() => {
    swept.passAll();
    proxy.silent = false;
  });

  afterAll(async () => {
    await swept.close();
    await admin.end();
    await test.drop();
  });

  it.each(lossCases)(
    '$name at any statement of a transaction: a retryable error',
    async (loss) => {
      let base = Math.floor(Math.random() * 1e9);
      const rounds = await swept.sweep(loss, async () => {
        const id = ++base;
        const first = await database.transaction([], (tx) => work(tx, id)).catch((failed: unknown) => failed);
        swept.passAll();
        if (first !== 4)
          expect({ transient: isTransient(first), error: String(first) }).toMatchObject({ transient: true });
        const { rows } = await admin.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM ${SCHEMA}.things WHERE id = ${id}`,
        );
        expect([0, 2]).toContain(rows[0]?.n);
        if (first === 4) expect(rows[0]?.n).toBe(2);
        expect(await database.transaction([], (tx) => work(tx, ++base))).toBe(4);
      });
      expect(rounds).toBeGreaterThan(10);
    },
    120_000,
  );

  it.each(lossCases)('$name at a read: a retryable error', async (loss) => {
    await swept.sweep(loss, async () => {
      const first = await database.read('SELECT 1 AS one').catch((failed: unknown) => failed);
      swept.passAll();
      if (!Array.isArray(first)) expect(isTransient(first)).toBe(true);
      expect(await database.read('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });
  });

  it('is told as such, whatever the work made of it', async () => {
    const lost = database.transaction([], async (tx) => {
      await swept.terminate();
      await tx.query('SELECT 1').catch(() => undefined);
      throw new TypeError('nothing was found');
    });
    await expect(lost).rejects.toThrow(ConnectionLost);
  });

  it('while nothing is asked of it costs nobody anything', async () => {
    await database.read('SELECT 1');
    await swept.terminate();
    await eventually(async () => expect(await database.read('SELECT 1 AS one')).toEqual([{ one: 1 }]));
  });

  it('is one that cannot be had, for whatever reason', async () => {
    const url = new URL(test.url);
    url.port = String(proxy.port);
    const renamed = await Database.open({
      url: url.toString(),
      schema: SCHEMA,
      applicationName: 'renamed',
      poolSize: 1,
    });
    await admin.query(`ALTER ROLE chargemesh_${SCHEMA} NOLOGIN`);
    await admin.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'renamed'`,
    );
    const failed = async () => {
      await expect(renamed.transaction([], (tx) => tx.query('SELECT 1'))).rejects.toThrow(ConnectionLost);
    };
    await eventually(failed);
    await admin.query(`ALTER ROLE chargemesh_${SCHEMA} LOGIN`);
    expect(await renamed.read('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await renamed.close();
    await expect(renamed.read('SELECT 1')).rejects.toThrow(ConnectionLost);
  });

  it('that is silent is ended when its answer is overdue, and another takes its place', async () => {
    const url = new URL(test.url);
    url.port = String(proxy.port);
    const silent = new Connection({ connectionString: url.toString(), answerWithinMs: 300 });
    await silent.connect();
    proxy.silence();
    const asked = silent.query('SELECT 1').catch((failed: unknown) => failed);
    expect(isTransient(await asked)).toBe(true);
    expect(silent.lost).toBe(true);
    await expect(database.transaction([], (tx) => tx.query('SELECT 1'))).rejects.toThrow(/Connection terminated/);
    expect(await database.read('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('that is never made fails in time', async () => {
    await swept.startAfresh();
    proxy.silent = true;
    const waited = database.read('SELECT 1').catch((failed: unknown) => failed);
    expect(await waited).toBeInstanceOf(ConnectionLost);
  });

  it('is no disguise for a statement after the end of its transaction', async () => {
    const escaped = await database.transaction([], (tx) => Promise.resolve({ tx }));
    const late = await escaped.tx.query('SELECT 1').catch((failed: unknown) => failed);
    expect([String(late), isTransient(late)]).toEqual([expect.stringContaining('TransactionOver'), false]);
  });
});

describe('a transaction', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await openTestDatabase({ schema: SCHEMA, migrations: [Things1800000000000], entities: [] });
  });
  afterAll(() => test.drop());

  it('whose statement failed unheard commits nothing and says so', async () => {
    const swallowed = test.database.transaction([], async (tx) => {
      await tx.query('INSERT INTO things (id, part) VALUES (1, 1)');
      await tx.query('SELECT 1 / 0').catch(() => undefined);
    });
    await expect(swallowed).rejects.toThrow('nothing was committed');
    expect(await test.database.read('SELECT * FROM things')).toEqual([]);
  });

  it('that is committed stays so when what follows it throws, and the rest follows', async () => {
    const told: unknown[] = [];
    const database = await Database.open({
      url: test.url,
      schema: SCHEMA,
      afterCommitFailed: (error) => told.push(error),
    });
    const done = await database.transaction([], async (tx) => {
      await tx.query('INSERT INTO things (id, part) VALUES (2, 1)');
      tx.onCommit(() => {
        throw new Error('nobody to wake');
      });
      tx.onCommit(() => told.push('the rest'));
      return 'done';
    });
    expect([done, ...told]).toEqual(['done', new Error('nobody to wake'), 'the rest']);
    expect(await database.read('SELECT id FROM things WHERE id = 2')).toHaveLength(1);
    await database.close();
  });

  it('knows a statement that took too long from a connection that was lost', async () => {
    const slow = test.database.transaction([], async (tx) => {
      await tx.query('SET LOCAL statement_timeout = 20');
      await tx.query('SELECT pg_sleep(5)');
    });
    const failed = await slow.catch((error: unknown) => error);
    expect([isStatementTimeout(failed), isTransient(failed), failed instanceof ConnectionLost]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('an exclusive lock', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await openTestDatabase({ schema: SCHEMA, migrations: [Things1800000000000], entities: [] });
  });
  afterAll(() => test.drop());

  it('is held by one at a time, free afterwards, and free when the work failed', async () => {
    const { database } = test;
    const inner = await database.exclusively('job', () => database.exclusively('job', () => Promise.resolve('twice')));
    expect(inner).toBeUndefined();
    await expect(database.exclusively('job', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await database.exclusively('job', () => Promise.resolve('again'))).toBe('again');
  });

  it('leaves the connections of the pool to the work, however many are held', async () => {
    const { database } = test;
    const names = Array.from({ length: 2 * database.pool.max }, (_, index) => `job ${index}`);
    const holding: string[] = [];
    const all = names.map((name) =>
      database.exclusively(name, async () => {
        holding.push(name);
        await eventually(() => expect(holding).toHaveLength(names.length));
        return database.transaction([], (tx) => tx.query<{ one: number }>('SELECT 1 AS one'));
      }),
    );
    expect(await Promise.all(all)).toEqual(names.map(() => [{ one: 1 }]));
  });

  it('tells its holder when it is lost, and is there again for the next', async () => {
    const admin = new Connection({ connectionString: serverUrl() });
    await admin.connect();
    const held = test.database.exclusively('job', async (lost) => {
      await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = '${new URL(test.url).pathname.slice(1)}')`);
      if (!lost.aborted) await new Promise((resolve) => lost.addEventListener('abort', resolve, { once: true }));
      return lost.aborted;
    });
    expect(await held.catch((error: unknown) => isTransient(error))).toBe(true);
    expect(await test.database.exclusively('job', () => Promise.resolve('again'))).toBe('again');
    await admin.end();
  });
});

describe('a session', () => {
  let test: TestDatabase;
  let proxy: FaultyProxy;
  let database: Database;

  beforeAll(async () => {
    test = await openTestDatabase({ schema: SCHEMA, migrations: [Things1800000000000], entities: [] });
    const url = new URL(test.url);
    proxy = await FaultyProxy.open(0, { host: url.hostname, port: Number(url.port) });
    url.port = String(proxy.port);
    database = await Database.open({ url: url.toString(), schema: SCHEMA });
  });
  afterAll(async () => {
    await database.close();
    await proxy.close();
    await test.drop();
  });

  it('hears what is announced until it is closed', async () => {
    const session = await database.session('ears');
    const heard: string[] = [];
    session.onNotification((channel, payload) => heard.push(`${channel} ${payload}`));
    await session.query('LISTEN news');
    await database.transaction([], (tx) => tx.query(`SELECT pg_notify('news', 'today')`));
    await eventually(() => expect(heard).toEqual(['news today']));
    await session.close();
    expect(session.lost.aborted).toBe(true);
  });

  it('that has gone silent is over without anybody asking it', async () => {
    const session = await database.session('ears');
    proxy.silence();
    await new Promise((resolve) => session.lost.addEventListener('abort', resolve, { once: true }));
    await expect(session.query('SELECT 1')).rejects.toThrow(ConnectionLost);
  });

  it('that asks nothing is ended by the server, with its locks', async () => {
    const [row] = await test.database.read<Record<string, string>>(
      `SELECT current_setting('idle_session_timeout') AS idle, current_setting('idle_in_transaction_session_timeout') AS "inTransaction",
        current_setting('tcp_user_timeout') AS tcp, current_setting('tcp_keepalives_idle') AS probed`,
    );
    expect(row).toEqual({ idle: '45s', inTransaction: '45s', tcp: '20000', probed: '10' });
  });
});
