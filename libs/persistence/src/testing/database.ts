import { randomBytes } from 'node:crypto';
import { migrate } from '../migrate.js';
import { provision, rolesOf } from '../provision.js';
import { PASSWORD, type Schema, asAdmin, serverUrl, urlOf } from './server.js';
import { createFromTemplate } from './template.js';

/** A database of a test's own. */
export interface CreatedDatabase {
  /** URL of an administrator, for looking behind row security and into all schemas. */
  readonly adminUrl: string;
  /** Runs a statement as the administrator. */
  admin(sql: string): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

/** A database to which schemas are added, one per call of `schema`. */
export interface TestDatabase extends CreatedDatabase {
  /** @returns the URL with which its service connects */
  schema(definition: Schema): Promise<string>;
}

/** Creates an empty database. */
export async function createDatabase(): Promise<CreatedDatabase> {
  const name = freshName();
  await asAdmin(serverUrl(), (admin) => admin.query(`CREATE DATABASE ${name}`));
  return created(name);
}

/** Creates an empty database to add schemas to. */
export async function testDatabase(): Promise<TestDatabase> {
  const database = await createDatabase();
  return { ...database, schema: (definition) => addSchema(database.adminUrl, definition) };
}

/** Gives a schema its roles and runs its migrations; returns the URL with which its service connects. */
export async function addSchema(adminUrl: string, { schema, migrations }: Schema): Promise<string> {
  const url = await provision(adminUrl, schema, { password: PASSWORD });
  await migrate({ url: adminUrl, schema, migrations });
  return url;
}

/** Creates a database that has schemas already; `urls` has under each name what the service of that schema connects with. */
export async function migratedDatabase<Name extends string>(
  schemas: Readonly<Record<Name, Schema>>,
): Promise<CreatedDatabase & { readonly urls: Readonly<Record<Name, string>> }> {
  const name = freshName();
  await createFromTemplate(name, Object.values<Schema>(schemas));
  const urls = Object.entries<Schema>(schemas).map(([key, { schema }]) => [key, serviceUrl(name, schema)]);
  return { ...created(name), urls: Object.fromEntries(urls) as Record<Name, string> };
}

function freshName(): string {
  return `test_${randomBytes(6).toString('hex')}`;
}

function created(name: string): CreatedDatabase {
  const adminUrl = urlOf(name);
  return {
    adminUrl,
    admin: (sql) => asAdmin(adminUrl, async (admin) => (await admin.query<Record<string, unknown>>(sql)).rows),
    async drop() {
      await asAdmin(serverUrl(), (admin) => admin.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}

function serviceUrl(database: string, schema: string): string {
  const login = { username: rolesOf(schema).service, password: PASSWORD };
  return Object.assign(new URL(urlOf(database)), login).toString();
}
