import { ConfigurationError, environment, readSettings } from '../settings/index.js';
import type { ServiceDefinition } from '../definition.js';
import { outageOf } from '../health/outage-of.js';
import { migrateServices } from '../migrations.js';
import { checkDatabaseSettings, databaseShape, readDatabaseUrls, securedUrl } from './database-settings.js';
import { migrationShape } from './known-settings.js';
import { startServices } from './start.js';
import { untilItWorks } from './waiting.js';

const FAILED = 1;

/**
 * The whole of a service's `main.ts`: runs the services until SIGTERM or SIGINT; with the argument `migrate` it sets
 * up their schemas instead, by `ADMIN_DATABASE_URL`.
 * The process ends with 0 after an orderly shutdown or a migration, with 1 after anything else.
 */
export async function runServices(services: readonly ServiceDefinition[]): Promise<void> {
  try {
    if (process.argv[2] === 'migrate') await migrateByEnvironment(services);
    else await serve(services);
  } catch (error) {
    console.error(error instanceof ConfigurationError ? error.message : error);
    process.exit(FAILED);
  }
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

/** The services' passwords are those in the URLs that they connect with. */
async function migrateByEnvironment(services: readonly ServiceDefinition[]): Promise<void> {
  const from = environment();
  const settings = readSettings({ ...databaseShape, ...migrationShape }, from);
  checkDatabaseSettings(settings);
  const adminUrl = securedUrl('ADMIN_DATABASE_URL', settings.ADMIN_DATABASE_URL, settings);
  const names = services.map(({ name }) => name);
  for (const [name, url] of readDatabaseUrls(names, from)) {
    const password = decodeURIComponent(new URL(url).password);
    const own = services.filter((service) => service.name === name);
    await untilItWorks(() => migrateServices(own, { adminUrl, password, embeddedLog: false }), {
      passes: (error) => outageOf(error) === 'PostgreSQL',
      say: (reason) => console.error(`waiting for PostgreSQL, to migrate ${name}: ${reason}`),
    });
  }
}
