import { Connection } from '../connection.js';
import type { Migration } from '../migrate.js';

/** Of all services in all tests of the tree: roles belong to the whole server. */
/** Of the services' roles, which belong to the whole server: whoever gives them another one locks all other tests out. */
export const PASSWORD = 'service-of-a-test';

/** A schema with the migrations that make it. */
export interface Schema {
  readonly schema: string;
  readonly migrations: Migration[];
}

/** URL of the test server that the Jest set-up started. */
export function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) throw new Error('No test server: name the file *.db.spec.ts or *.kafka.spec.ts');
  return url;
}

/** URL of an administrator of one of its databases. */
export function urlOf(database: string): string {
  return Object.assign(new URL(serverUrl()), { pathname: `/${database}` }).toString();
}

/** Does work on one connection of an administrator. */
export async function asAdmin<T>(adminUrl: string, work: (admin: Connection) => Promise<T>): Promise<T> {
  const admin = new Connection({ connectionString: adminUrl });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}
