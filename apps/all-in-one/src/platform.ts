import { type Environment, type Running, migrateServices, startServices } from '@chargemesh/service';
import type { DynamicModule, Type } from '@nestjs/common';
import { startPostgres } from '@chargemesh/embedded-postgres';
import type { DataFolder } from './embedded/data-folder.js';
import { unlessAborted } from './ending.js';
import { services } from './services.js';

export interface EmbeddedPlatform {
  readonly url: string;
  readonly managementUrl: string;
  readonly installationApiKey: string;
  /** Stops the services, then the database. */
  stop(): Promise<void>;
}

/**
 * The six services in one process, on PostgreSQL in the data folder and the embedded log. When the signal is aborted before
 * they are there, the database ends and the start rejects.
 */
export async function startEmbeddedPlatform(
  folder: DataFolder,
  settings: {
    port: number;
    managementPorts: readonly number[];
    environment: Environment;
    modules: (Type | DynamicModule)[];
    signal: AbortSignal;
  },
): Promise<EmbeddedPlatform> {
  const secrets = folder.secrets(['postgres', 'services', 'SECRET_KEY', 'INSTALLATION_API_KEY']);
  const { signal } = settings;
  const postgres = await startPostgres({
    folder: folder.database,
    password: secrets.postgres,
    signal,
    onDeath: (how) => console.error(`PostgreSQL ended by itself (${how}), and is started again.`),
  });
  try {
    const migrated = migrateServices(services, { adminUrl: postgres.adminUrl, password: secrets.services });
    const databaseUrls = await unlessAborted(signal, migrated);
    const starting = startServices({
      services,
      modules: settings.modules,
      managementPorts: settings.managementPorts,
      environment: {
        // Only this machine reaches it.
        OPEN_REQUESTS_PER_MINUTE: '1000000',
        CHECKOUTS_PER_ADDRESS_PER_MINUTE: '1000000',
        SANDBOX_PAYMENTS: 'true',
        PLUG_TIMEOUT_S: '60',
        RETRY_WINDOW_S: '30',
        OCPI_PARTNER_NETWORKS: 'loopback',
        ...settings.environment,
        ...databaseUrls,
        TRANSPORT: 'embedded',
        HOST: '127.0.0.1',
        PORT: String(settings.port),
        SECRET_KEY: secrets.SECRET_KEY,
        INSTALLATION_API_KEY: secrets.INSTALLATION_API_KEY,
      },
    });
    // Cut off, it may lose its database at any moment, as in a crash: it has promised nobody anything yet.
    const running: Running = await unlessAborted(signal, starting);
    return {
      url: running.url,
      managementUrl: running.managementUrl,
      installationApiKey: secrets.INSTALLATION_API_KEY,
      async stop() {
        await running.stop();
        await postgres.stop();
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
