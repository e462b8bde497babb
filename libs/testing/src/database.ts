import { Database } from '@chargemesh/persistence';
import { type CreatedDatabase, addSchema, migratedDatabase } from '@chargemesh/persistence/testing';
import { type ServiceDefinition, migrationsOf } from '@chargemesh/service';

export interface TestDatabase extends CreatedDatabase {
  readonly database: Database;
  readonly url: string;
}

/** Gives a service its schema, roles and tables in a database; returns the URL it connects with. */
export function setUpService(
  adminUrl: string,
  service: Pick<ServiceDefinition, 'schema' | 'migrations'>,
): Promise<string> {
  return addSchema(adminUrl, { schema: service.schema, migrations: migrationsOf(service) });
}

/** A fresh database with one service's schema, opened with the service's own role. */
export async function openTestDatabase(
  service: Pick<ServiceDefinition, 'schema' | 'migrations' | 'entities'>,
): Promise<TestDatabase> {
  const { schema, entities } = service;
  const { urls, ...created } = await migratedDatabase({ own: { schema, migrations: migrationsOf(service) } });
  const database = await Database.open({ url: urls.own, schema, entities });
  return {
    ...created,
    database,
    url: urls.own,
    async drop() {
      await database.close();
      await created.drop();
    },
  };
}
