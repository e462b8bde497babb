import { afterAll, describe, expect, it } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { Connection } from '../connection.js';
import type { Migration } from '../migrate.js';
import { type CreatedDatabase, asAdmin, migratedDatabase, serverUrl } from './index.js';

const SCHEMA = 'of_templates';

/** A migration that is always the same code, and takes its statement from elsewhere. */
const makes = (statement: string): Migration =>
  class Made1800000000000 {
    up = (runner: QueryRunner): Promise<unknown> => runner.query(statement);
    down = (): Promise<void> => Promise.resolve();
  } as Migration;

describe('a database that is copied from a template', () => {
  const opened: CreatedDatabase[] = [];

  async function database(statement: string) {
    const created = await migratedDatabase({ own: { schema: SCHEMA, migrations: [makes(statement)] } });
    opened.push(created);
    return created;
  }

  /** Each template has a number of its own for as long as it lives. */
  async function templatesOf(names: readonly string[]): Promise<unknown[]> {
    const { rows } = await asAdmin(serverUrl(), (admin) =>
      admin.query('SELECT oid FROM pg_database WHERE datname = ANY ($1)', [names]),
    );
    return rows;
  }

  async function templates(): Promise<string[]> {
    const { rows } = await asAdmin(serverUrl(), (admin) =>
      admin.query<{ datname: string }>(`SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%' ORDER BY 1`),
    );
    return rows.map(({ datname }) => datname);
  }

  afterAll(() => Promise.all(opened.map((each) => each.drop())));

  it('is migrated once, by whoever comes first of several', async () => {
    const before = await templates();
    const three = await Promise.all([0, 1, 2].map(() => database('CREATE TABLE things (id int PRIMARY KEY)')));
    const made = (await templates()).filter((name) => !before.includes(name));
    expect(made).toHaveLength(1);
    const numbers = await templatesOf(made);
    await database('CREATE TABLE things (id int PRIMARY KEY)');
    expect(await templatesOf(made)).toEqual(numbers);
    await three[0]?.admin(`INSERT INTO ${SCHEMA}.things VALUES (1)`);
    expect(await three[1]?.admin(`SELECT * FROM ${SCHEMA}.things`)).toEqual([]);
  });

  it('is migrated anew when a migration says something else, and the template of before goes', async () => {
    await database('CREATE TABLE things (id int PRIMARY KEY)');
    const before = await templates();
    const { admin } = await database('CREATE TABLE others (id int PRIMARY KEY)');
    await admin(`SELECT id FROM ${SCHEMA}.others`);
    await expect(admin(`SELECT id FROM ${SCHEMA}.things`)).rejects.toThrow(/does not exist/);
    expect(await templates()).toHaveLength(before.length);
  });

  it('lets its service in with what roles say when they connect', async () => {
    const { urls } = await database('CREATE TABLE things (id int PRIMARY KEY)');
    const service = new Connection({ connectionString: urls.own });
    await service.connect();
    const { rows } = await service.query(`SELECT current_setting('search_path') AS path,
      current_setting('statement_timeout') AS timeout, (SELECT count(*)::int FROM things) AS things`);
    await service.end();
    expect(rows).toEqual([{ path: SCHEMA, timeout: '30s', things: 0 }]);
  });
});
