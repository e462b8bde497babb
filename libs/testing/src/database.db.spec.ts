import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Connection, Database, isTransient, rowSecurity, unnest } from '@chargemesh/persistence';
import { asAdmin, createDatabase, serverUrl } from '@chargemesh/persistence/testing';
import { eventually } from '@chargemesh/waiting';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { type TestDatabase, openTestDatabase, setUpService } from './database.js';

class Things1800000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE things (id int PRIMARY KEY, operator_id uuid NOT NULL); ${rowSecurity('things')}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE things');
  }
}

const ours = '01900000-0000-7000-8000-000000000001';
const theirs = '01900000-0000-7000-8000-000000000002';

describe('an administrator who is no superuser', () => {
  it('sets up schemas and roles, and brings them up to date, as the owner of the database who may create roles', async () => {
    // Roles belong to the whole server: names that no other test has.
    const name = `limited_${randomBytes(6).toString('hex')}`;
    const { adminUrl, admin, drop } = await createDatabase();
    const { pathname } = new URL(adminUrl);
    await admin(`CREATE ROLE ${name} LOGIN CREATEROLE PASSWORD '${name}'`);
    await admin(`ALTER DATABASE ${pathname.slice(1)} OWNER TO ${name}`);
    const limited = Object.assign(new URL(adminUrl), { username: name, password: name }).toString();
    for (const migrations of [[], [Things1800000000000]]) await setUpService(limited, { schema: name, migrations });
    await drop();
    await asAdmin(serverUrl(), (server) =>
      server.query(`DROP ROLE chargemesh_${name}, chargemesh_${name}_owner, ${name}`),
    );
  });
});

class MoreOfThings1800000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE things ADD note text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE things DROP note');
  }
}

describe('a migration of a table that somebody reads for long', () => {
  it('lets those pass who come behind it, and is done afterwards', async () => {
    const { adminUrl, drop } = await createDatabase();
    await setUpService(adminUrl, { schema: 'read', migrations: [Things1800000000000] });
    const [long, other] = [0, 0].map(() => new Connection({ connectionString: adminUrl })) as [Connection, Connection];
    await Promise.all([long.connect(), other.connect()]);
    await long.query('BEGIN; SELECT * FROM read.things');
    const migrating = setUpService(adminUrl, {
      schema: 'read',
      migrations: [Things1800000000000, MoreOfThings1800000000001],
    });
    await eventually(async () => {
      const { rows } = await other.query(
        `SELECT FROM pg_locks WHERE relation = 'read.things'::regclass AND NOT granted`,
      );
      expect(rows).toHaveLength(1);
    });
    await other.query('SELECT * FROM read.things');
    await long.query('COMMIT');
    await migrating;
    await other.query('SELECT note FROM read.things');
    await Promise.all([long.end(), other.end()]);
    await drop();
  });
});

describe('a service role', () => {
  let test: TestDatabase;
  let second: string;

  beforeAll(async () => {
    test = await openTestDatabase({ schema: 'first', entities: [], migrations: [Things1800000000000] });
    second = await setUpService(test.adminUrl, { schema: 'second', migrations: [Things1800000000000] });
    await test.database.transaction([ours, theirs], (tx) =>
      tx.query('INSERT INTO things (id, operator_id) VALUES (1, $1), (2, $2)', [ours, theirs]),
    );
  });

  afterAll(() => test.drop());

  it('cannot read a schema of another service', async () => {
    await expect(test.database.transaction([], (tx) => tx.query('SELECT * FROM second.things'))).rejects.toThrow(
      /permission denied for schema second/,
    );
  });

  it('waits for nobody who works on what has the same name in another service', async () => {
    const other = await Database.open({ url: second, schema: 'second' });
    const entered = async (database: Database) =>
      database.transaction([], (tx) => tx.tryLock(['station:1', 'station:2']).then((locked) => [...locked].sort()));
    const seen = await test.database.transaction([], async (tx) => {
      await tx.lock(['station:1']);
      return [await entered(test.database), await entered(other)];
    });
    await other.close();
    expect(seen).toEqual([['station:2'], ['station:1', 'station:2']]);
  });

  it('sees nothing when a query forgets the operator', async () => {
    expect(await test.database.transaction([], (tx) => tx.query('SELECT * FROM things'))).toEqual([]);
  });

  it('sees only the rows of the operators it named', async () => {
    const rows = await test.database.transaction([theirs], (tx) => tx.query('SELECT id FROM things'));
    expect(rows).toEqual([{ id: 2 }]);
  });

  it('sees only the rows of the operators it named, also by a statement that is planned once for all', async () => {
    // PostgreSQL may take one plan for all values from the sixth time on.
    for (let times = 0; times < 8; times += 1) {
      for (const [operator, id] of [
        [ours, 1],
        [theirs, 2],
      ] as const) {
        const rows = await test.database.transaction([operator], (tx) =>
          tx.prepared('SELECT id FROM things WHERE id = ANY ($1) AND id < 3', [[1, 2]]),
        );
        expect(rows).toEqual([{ id }]);
      }
    }
  });

  describe('that has prepared a statement on its connections', () => {
    const statement = 'SELECT * FROM things WHERE id = 1';
    const read = () => test.database.transaction([ours], (tx) => tx.prepared(statement, []));
    const isMended = () => eventually(async () => expect(await read()).toMatchObject([{ id: 1 }]));

    it('prepares it again where the server has forgotten it', async () => {
      const forgotten = test.database.transaction([ours], async (tx) => {
        await tx.prepared(statement, []);
        await tx.query('DEALLOCATE ALL');
        await tx.prepared(statement, []);
      });
      expect(await forgotten.catch(isTransient)).toBe(true);
      await isMended();
    });

    it('prepares it again when a migration has given it other columns', async () => {
      for (const change of ['ADD note text', 'DROP note']) {
        await read();
        await test.admin(`ALTER TABLE first.things ${change}`);
        expect(await read().catch(isTransient)).toBe(true);
        await isMended();
      }
    });
  });

  it('cannot write a row of an operator it did not name', async () => {
    const write = test.database.transaction([ours], (tx) =>
      tx.query('INSERT INTO things (id, operator_id) VALUES (3, $1)', [theirs]),
    );
    await expect(write).rejects.toThrow(/row-level security/);
  });

  describe('gets rows as they were given', () => {
    const at = new Date('2026-03-29T01:00:00.123Z');
    const plain = { wh: 1.5, at, valid: true, more: { list: ['"', '\\', null, '\x1f'] } };
    const old = { wh: -1e-7, at: new Date(Date.UTC(-50, 0)), valid: false, more: 'text' };
    const none = { wh: null, at: null, valid: null, more: null };
    it.each([
      ['with quotes, braces and backslashes', ['a "quoted", {braced} \\ back\nslash, NULL', 'NULL', 'null', '\\x1f']],
      ['with separators', ['unit\x1fseparator', 'record\x1eseparator', 'none']],
      ['with nothing in them', ['', null, '']],
      ['when there is only one, and it is empty', ['']],
      ['when there is only one, and it is nothing', [null]],
      ['when there are none', []],
    ])('%s', async (_, names) => {
      const given = names.map((name, index) => ({ name, ...([plain, old, none][index] ?? none) }));
      const types = { name: 'text', wh: 'double precision', at: 'timestamptz', valid: 'boolean', more: 'jsonb' };
      const { columns, from, parameters } = unnest<(typeof given)[number]>(given, types);
      const rows = await test.database.transaction([], (tx) => tx.query(`SELECT ${columns} FROM ${from}`, parameters));
      expect(rows).toEqual(given);
    });
  });

  it('forgets the operators with the end of the transaction', async () => {
    await test.database.transaction([ours, theirs], (tx) => tx.query('SELECT 1'));
    expect(await test.database.transaction([], (tx) => tx.query('SELECT * FROM things'))).toEqual([]);
  });

  it('forgets what a failed attempt wrote and wanted after the commit, and goes on', async () => {
    const actions: string[] = [];
    await test.database.transaction([ours], async (tx) => {
      const failed = tx.attempt(async () => {
        await tx.query('INSERT INTO things (id, operator_id) VALUES (4, $1)', [ours]);
        tx.onCommit(() => actions.push('failed'));
        throw new Error('changed its mind');
      });
      await expect(failed).rejects.toThrow('changed its mind');
      await tx.attempt(async () => {
        await tx.query('INSERT INTO things (id, operator_id) VALUES (5, $1)', [ours]);
        tx.onCommit(() => actions.push('kept'));
      });
    });
    const rows = await test.database.transaction([ours], (tx) => tx.query('SELECT id FROM things WHERE id > 3'));
    expect(rows).toEqual([{ id: 5 }]);
    expect(actions).toEqual(['kept']);
  });

  it('forgets what an attempt wrote that fails after one within it has', async () => {
    const thing = (id: number) => `INSERT INTO things (id, operator_id) VALUES (${id}, '${ours}')`;
    const left = await test.database.transaction([ours], async (tx) => {
      const fails = (): Promise<never> => Promise.reject(new Error('no'));
      const outer = tx.attempt(async () => {
        await tx.query(thing(70));
        await tx.attempt(fails).catch(() => undefined);
        return fails();
      });
      await outer.catch(() => undefined);
      return tx.query('SELECT id FROM things WHERE id = 70');
    });
    expect(left).toEqual([]);
  });
});

describe('a migration', () => {
  it('is run once when several processes start together', async () => {
    const { adminUrl, drop } = await createDatabase();
    const service = { schema: 'third', migrations: [Things1800000000000] };
    await Promise.all([1, 2, 3].map(() => setUpService(adminUrl, service)));
    await drop();
  });
});

describe('texts that PostgreSQL cannot keep', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase({ schema: 'texts', entities: [], migrations: [] });
  });

  afterAll(() => test.drop());

  /** Every text of up to three of these: NUL, the marks that texts travel with, halves of a pair, and ordinary ones. */
  const chars = ['\0', '\x1e', '\x1f', '\ud83d', '\udd0c', '\\', '"', 'u0000', 'ß'];
  const texts = ['', ...chars, ...chars.flatMap((a) => chars.flatMap((b) => [a + b, ...chars.map((c) => a + b + c)]))];

  it.each([[texts], ...chars.map((text) => [[text]])])('hold up nothing: %j', async (part) => {
    const rows = part.map((text) => ({ text, json: { [text]: text } }));
    const { from, parameters } = unnest(rows, { text: 'text', json: 'jsonb' });
    const kept = await test.database.transaction([], (tx) => tx.query(`SELECT * FROM ${from}`, parameters));
    expect(kept).toEqual(
      part.map((text) => {
        const whole = text.replaceAll('\0', '\ufffd').toWellFormed();
        return { text: whole, json: { [whole]: whole } };
      }),
    );
  });
});
