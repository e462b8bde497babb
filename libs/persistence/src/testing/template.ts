import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { QueryRunner } from 'typeorm';
import type { Connection } from '../connection.js';
import { type Migration, migrate } from '../migrate.js';
import { provision } from '../provision.js';
import { PASSWORD, type Schema, asAdmin, serverUrl, urlOf } from './server.js';

/** What decides how a database turns out, beside the migrations. */
const LIBRARY = join(import.meta.dirname, '..');

/**
 * Creates a database that has these schemas, as a copy of a template: migrations run once for all tests of a server, as long
 * as they stay the same. Who comes first makes the template, and takes away the one that the migrations of before had.
 */
export async function createFromTemplate(name: string, schemas: readonly Schema[]): Promise<void> {
  const set = digest(schemas.map(({ schema }) => schema));
  const template = `template_${set}_${digest(await contentsOf(schemas))}`;
  for (;;) {
    if (await asAdmin(serverUrl(), (admin) => copied(admin, { set, template, name }))) return;
    await asAdmin(serverUrl(), (admin) => made(admin, { set, template, schemas }));
  }
}

/** Whether the template was there. While it is copied nobody takes it away. */
async function copied(
  admin: Connection,
  { set, template, name }: Record<'set' | 'template' | 'name', string>,
): Promise<boolean> {
  await admin.query(`SELECT pg_advisory_lock_shared(hashtextextended('${set}', 0))`);
  const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [template]);
  if (rowCount === 0) return false;
  await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  await admin.query(copyOfSettings(template, name));
  return true;
}

/** It gets its name when it is whole: one that was cut off is none. */
async function made(
  admin: Connection,
  { set, template, schemas }: { set: string; template: string; schemas: readonly Schema[] },
): Promise<void> {
  await admin.query(`SELECT pg_advisory_lock(hashtextextended('${set}', 0))`);
  const { rows } = await admin.query<{ datname: string }>(
    `SELECT datname FROM pg_database WHERE datname LIKE 'template\\_${set}\\_%'`,
  );
  if (rows.some(({ datname }) => datname === template)) return;
  for (const { datname } of rows) await admin.query(`DROP DATABASE ${datname} WITH (FORCE)`);
  const unfinished = `template_${set}_unfinished`;
  await admin.query(`CREATE DATABASE ${unfinished}`);
  for (const { schema, migrations } of schemas) {
    await provision(urlOf(unfinished), schema, { password: PASSWORD });
    await migrate({ url: urlOf(unfinished), schema, migrations });
  }
  await admin.query(`ALTER DATABASE ${unfinished} RENAME TO ${template}`);
}

/** What roles say when they connect to a database is kept beside it, and no copy has it. */
function copyOfSettings(from: string, to: string): string {
  return `
    DO $$ DECLARE item record; BEGIN
      FOR item IN
        SELECT r.rolname, split_part(setting, '=', 1) AS name, substr(setting, strpos(setting, '=') + 1) AS value
          FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase JOIN pg_roles r ON r.oid = s.setrole,
               unnest(s.setconfig) setting
         WHERE d.datname = '${from}'
      LOOP
        EXECUTE format('ALTER ROLE %I IN DATABASE ${to} SET %I = %L', item.rolname, item.name, item.value);
      END LOOP;
    END $$`;
}

/** All that the template follows from: this library, and each migration with the statements that it runs. */
async function contentsOf(schemas: readonly Schema[]): Promise<string[]> {
  const files = readdirSync(LIBRARY, { recursive: true, encoding: 'utf8' }).filter((file) => /\.[jt]s$/.test(file));
  const library = files.sort().map((file) => readFileSync(join(LIBRARY, file), 'utf8'));
  const migrations = schemas.flatMap((each) => each.migrations);
  return [...library, ...(await Promise.all(migrations.map(statementsOf)))];
}

/** Its code and what that runs where every answer is empty: texts that it takes from elsewhere are among the statements. */
async function statementsOf(migration: Migration): Promise<string> {
  const statements: unknown[] = [];
  const recorder = { query: async (...statement: unknown[]) => (statements.push(statement), []) };
  await new migration().up(recorder as unknown as QueryRunner);
  return `${migration.name} ${String(migration)} ${JSON.stringify(statements)}`;
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
