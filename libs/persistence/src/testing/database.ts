import { randomBytes } from 'node:crypto';
import { Connection } from '../connection.js';
import { type Migration, migrate } from '../migrate.js';
import { provision } from '../provision.js';

/** The same in all tests of the tree: roles belong to the whole server. */
const PASSWORD = 'service-of-a-test';

/** URL of the test server that the Jest set-up started. */
function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) throw new Error('no test server: name the file *.db.spec.ts or *.kafka.spec.ts');
  return url;
}

/** A database with schemas of their own, one per call of `schema`. */
export async function testDatabase() {
  const server = serverUrl();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await run(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const adminUrl = url.toString();
  return {
    adminUrl,
    async schema(definition: { schema: string; migrations: Migration[] }): Promise<string> {
      const serviceUrl = await provision(adminUrl, definition.schema, { password: PASSWORD });
      await migrate({ url: adminUrl, ...definition });
      return serviceUrl;
    },
    /** Runs a statement as the administrator. */
    admin: (sql: string) => run(adminUrl, sql),
    drop: () => run(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

export type TestDatabase = Awaited<ReturnType<typeof testDatabase>>;

async function run(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Connection({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}
