import { randomBytes } from 'node:crypto';
import { Connection, Database, migrate, provision } from '@chargemesh/persistence';
import { type ServiceDefinition, migrationsOf } from '@chargemesh/service';

/** The same for all tests: roles belong to the whole server, so parallel tests must agree. */
export const PASSWORD = 'service-of-a-test';

export interface TestDatabase {
  readonly database: Database;
  /** Of an administrator, for looking behind row security and for other schemas of the same database. */
  readonly adminUrl: string;
  readonly url: string;
  drop(): Promise<void>;
}

/** URL of the test server that the Jest set-up started. */
export function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) throw new Error('No test server: name the file *.db.spec.ts or *.kafka.spec.ts');
  return url;
}

/** Creates an empty database; several services can be set up in it. */
export async function createDatabase(): Promise<{ adminUrl: string; drop(): Promise<void> }> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(serverUrl(), `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return { adminUrl: url.toString(), drop: () => asAdmin(serverUrl(), `DROP DATABASE ${name} WITH (FORCE)`) };
}

/** Gives a service its schema, roles and tables in a database; returns the URL it connects with. */
export async function setUpService(
  adminUrl: string,
  service: Pick<ServiceDefinition, 'schema' | 'migrations'>,
): Promise<string> {
  const url = await provision(adminUrl, service.schema, { password: PASSWORD });
  await migrate({ url: adminUrl, schema: service.schema, migrations: migrationsOf(service) });
  return url;
}

/** A fresh database with one service's schema, opened with the service's own role. */
export async function openTestDatabase(
  service: Pick<ServiceDefinition, 'schema' | 'migrations' | 'entities'>,
): Promise<TestDatabase> {
  const { adminUrl, drop } = await createDatabase();
  const url = await setUpService(adminUrl, service);
  const database = await Database.open({ url, schema: service.schema, entities: service.entities });
  return {
    database,
    adminUrl,
    url,
    async drop() {
      await database.close();
      await drop();
    },
  };
}

async function asAdmin(url: string, sql: string): Promise<void> {
  const client = new Connection({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
