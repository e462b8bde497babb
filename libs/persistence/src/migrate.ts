import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type MigrationInterface } from 'typeorm';
import { CONNECT_WITHIN_MS, Connection, serverSettings } from './connection.js';
import { isLockTimeout } from './retryable.js';
import { dailyPartitionFunctions } from './partitions.js';
import { rolesOf } from './provision.js';

export type Migration = new () => MigrationInterface;

export interface MigrationOptions {
  /** URL of a role that is a member of the schema's owner. */
  url: string;
  schema: string;
  migrations: Migration[];
}

/** A migration that waits for a table holds up all who come behind it: it gives way, and tries again. */
const GIVES_WAY_AFTER_MS = 2_000;
const TRIES_AGAIN_AFTER_MS = 1_000;
const TRIES = 100;

/** Brings a schema up to date as its owner, under an advisory lock, so that several starters do it once. */
export async function migrate({ url, schema, migrations }: MigrationOptions): Promise<void> {
  const { owner, service } = rolesOf(schema);
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    schema,
    migrations,
    migrationsTableName: 'migrations',
    // One connection, so that the lock, the role and the migrations share a session.
    poolSize: 1,
    applicationName: `migrate ${schema}`,
    connectTimeoutMS: CONNECT_WITHIN_MS,
    poolErrorHandler: () => undefined,
    // A migration may take as long as it takes, so its statements have no bound.
    extra: { Client: Connection, options: serverSettings({ search_path: schema, lock_timeout: 60_000 }) },
  });
  await dataSource.initialize();
  try {
    await dataSource.query(`SELECT pg_advisory_lock(hashtextextended($1, 0))`, [`migrate:${schema}`]);
    await dataSource.query(`SET ROLE ${owner}`);
    await dataSource.query(dailyPartitionFunctions(schema));
    await dataSource.query(`SET lock_timeout = ${GIVES_WAY_AFTER_MS}`);
    await runAll(dataSource);
    await dataSource.query(grants(schema, service));
  } finally {
    await dataSource.destroy();
  }
}

async function runAll(dataSource: DataSource): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await dataSource.runMigrations({ transaction: 'each' });
      return;
    } catch (error) {
      if (tries === TRIES || !isLockTimeout(error)) throw error;
      await sleep(TRIES_AGAIN_AFTER_MS);
    }
  }
}

/** Rights on tables, never on partitions: reached directly, a partition would not know its parent's row security. */
function grants(schema: string, service: string): string {
  return `
    DO $$ DECLARE item record; BEGIN
      FOR item IN SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = '${schema}'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO ${service}', item.name);
      END LOOP;
    END $$;
    REVOKE INSERT, UPDATE, DELETE ON migrations FROM ${service};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${service};
    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ${schema} FROM PUBLIC;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${schema} TO ${service};
  `;
}
