import { ConfigurationError, environment, readSettings } from '../settings/index.js';
import { Database, LoginRefused } from '@chargemesh/persistence';
import type { ServiceDefinition } from '../definition.js';
import { outageOf } from '../health/outage-of.js';
import { checkMigrated, migrateServices } from '../migrations.js';
import { checkDatabaseSettings, databaseShape, directUrl, readDatabaseUrls, securedUrl } from './database-settings.js';
import { migrationShape } from './known-settings.js';
import { startServices } from './start.js';
import { SchemaBehind, untilItWorks } from './waiting.js';

const FAILED = 1;

/**
 * The whole of a service's `main.ts`: runs the services until SIGTERM or SIGINT; with the argument `migrate` it sets
 * up their schemas instead, by `ADMIN_DATABASE_URL`; with `migrate --check` it says what is missing, by the services' URLs.
 * The process ends with 0 after an orderly shutdown or a migration, with 1 after anything else.
 */
export async function runServices(services: readonly ServiceDefinition[]): Promise<void> {
  try {
    const [command, option] = process.argv.slice(2);
    if (command === 'migrate' && option === '--check') await checkByEnvironment(services);
    else if (command === 'migrate') await migrateByEnvironment(services);
    else await serve(services);
  } catch (error) {
    console.error(isPlain(error) ? error.message || String(error) : error);
    process.exit(FAILED);
  }
}

/** Errors whose sentence says all. */
function isPlain(error: unknown): error is Error {
  if (error instanceof ConfigurationError || error instanceof SchemaBehind || error instanceof LoginRefused)
    return true;
  return outageOf(error) !== undefined;
}

async function serve(services: readonly ServiceDefinition[]): Promise<void> {
  const running = await startServices({ services });
  const end = (): void => {
    // What still holds the process up after its time is cut off.
    void running.stop().then((inTime) => process.exit(inTime ? 0 : FAILED));
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

/** The services' roles and passwords are those in the URLs that they connect with. */
async function migrateByEnvironment(services: readonly ServiceDefinition[]): Promise<void> {
  const from = environment();
  const settings = readSettings({ ...databaseShape, ...migrationShape }, from);
  checkDatabaseSettings(settings);
  const adminUrl = securedUrl('ADMIN_DATABASE_URL', settings.ADMIN_DATABASE_URL, settings);
  const names = services.map(({ name }) => name);
  for (const [name, url] of readDatabaseUrls(names, from)) {
    const { username, password } = new URL(url);
    const login = { user: decodeURIComponent(username), password: decodeURIComponent(password) };
    const own = services.filter((service) => service.name === name);
    await untilItWorks(() => migrateServices(own, { adminUrl, ...login, embeddedLog: false }), {
      isWaitedFor: (error) => outageOf(error) === 'PostgreSQL',
      say: (reason) => console.error(`waiting for PostgreSQL, to migrate ${name}: ${reason}`),
    });
  }
}

/** Reads the services' own settings too, which nobody else knows. */
async function checkByEnvironment(services: readonly ServiceDefinition[]): Promise<void> {
  const from = environment();
  const urls = readDatabaseUrls(
    services.map(({ name }) => name),
    from,
  );
  const settings = readSettings(databaseShape, from);
  for (const service of services) {
    readSettings(service.settings, from);
    const url = directUrl(urls.get(service.name) ?? '', settings);
    const database = await Database.open({ url, schema: service.schema });
    try {
      await checkMigrated(database, service);
    } finally {
      await database.close();
    }
  }
}
