import { embeddedLog, messagingMigrations } from '@chargemesh/messaging';
import { type Database, type Login, type Migration, migrate, provision } from '@chargemesh/persistence';
import { AuditTrailListed1900400240002 } from './access/audit-trail-listed.migration.js';
import { KnownOperatorSettings1900300001000 } from './access/operator-settings.migration.js';
import { AccessTables1700000000001 } from './access/tables.migration.js';
import { StorageChecks1900000006003 } from './health/tables.migration.js';
import type { ServiceDefinition } from './definition.js';
import { IdempotentAnswers1900400440001 } from './idempotency/tables.migration.js';
import { databaseSettingOf } from './platform/database-settings.js';
import { SchemaBehind } from './platform/waiting.js';

/** All migrations of a service, in order: what every service has, then its own. */
export function migrationsOf(service: Pick<ServiceDefinition, 'migrations'>): Migration[] {
  return [
    ...messagingMigrations,
    AccessTables1700000000001,
    KnownOperatorSettings1900300001000,
    StorageChecks1900000006003,
    AuditTrailListed1900400240002,
    IdempotentAnswers1900400440001,
    ...service.migrations,
  ];
}

/** With the password of the services' own roles, and of one service also the role by which it logs in. */
export interface MigrateOptions extends Login {
  /** URL of a PostgreSQL role that may create roles and schemas. */
  readonly adminUrl: string;
  /** Whether the embedded log gets its schema too; yes, if absent. */
  readonly embeddedLog?: boolean;
}

/** The schemas of services and of the embedded log, by the setting that says where each is: `SESSIONS_DATABASE_URL` and so on. */
export function schemasOf(
  services: readonly Pick<ServiceDefinition, 'name' | 'schema' | 'migrations'>[],
  { embeddedLog: withLog = true }: Pick<MigrateOptions, 'embeddedLog'> = {},
): Record<string, { schema: string; migrations: Migration[] }> {
  const own = services.map((service) => [
    databaseSettingOf(service.name),
    { schema: service.schema, migrations: migrationsOf(service) },
  ]);
  const log = withLog ? { [databaseSettingOf('embedded-log')]: embeddedLog } : {};
  return { ...Object.fromEntries(own), ...log };
}

/**
 * Creates or updates the schemas and roles of services, and of the embedded log.
 * @returns the settings with which the services find them: `SESSIONS_DATABASE_URL` and so on
 */
export async function migrateServices(
  services: readonly Pick<ServiceDefinition, 'name' | 'schema' | 'migrations'>[],
  { adminUrl, embeddedLog: withLog, ...login }: MigrateOptions,
): Promise<Record<string, string>> {
  const urls: Record<string, string> = {};
  // One after the other: roles belong to the whole server, and concurrent changes of them collide.
  for (const [setting, { schema, migrations }] of Object.entries(schemasOf(services, { embeddedLog: withLog }))) {
    urls[setting] = await provision(adminUrl, schema, login);
    await migrate({ url: adminUrl, schema, migrations });
  }
  return urls;
}

/** Rejects with `SchemaBehind` when not all migrations of the service have been run. */
export async function checkMigrated(database: Database, service: ServiceDefinition): Promise<void> {
  const rows = await database.read<{ name: string }>('SELECT name FROM migrations');
  const run = new Set(rows.map(({ name }) => name));
  const missing = migrationsOf(service).filter(({ name }) => !run.has(name));
  if (missing.length > 0)
    throw new SchemaBehind(`the schema ${service.schema} lacks ${missing.length} migrations, which "migrate" runs`);
}
