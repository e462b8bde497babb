import { type Environment, type Running, migrateServices, startServices } from '@chargemesh/service';
import type { Type } from '@nestjs/common';
import { startPostgres } from '@chargemesh/embedded-postgres';
import type { DataFolder } from './embedded/data-folder.js';
import { services } from './services.js';

export interface EmbeddedPlatform {
  readonly url: string;
  readonly installationApiKey: string;
  /** Stops the services, then the database. */
  stop(): Promise<void>;
}

/** The six services in one process, on PostgreSQL in the data folder and the embedded log. */
export async function startEmbeddedPlatform(
  folder: DataFolder,
  settings: { port: number; environment: Environment; modules: Type[] },
): Promise<EmbeddedPlatform> {
  const secrets = folder.secrets(['postgres', 'services', 'SECRET_KEY', 'INSTALLATION_API_KEY']);
  const postgres = await startPostgres({ folder: folder.database, password: secrets.postgres });
  try {
    const databaseUrls = await migrateServices(services, { adminUrl: postgres.adminUrl, password: secrets.services });
    const running: Running = await startServices({
      services,
      modules: settings.modules,
      environment: {
        // Only this machine reaches it.
        OPEN_REQUESTS_PER_MINUTE: '1000000',
        ...settings.environment,
        ...databaseUrls,
        TRANSPORT: 'embedded',
        HOST: '127.0.0.1',
        PORT: String(settings.port),
        SECRET_KEY: secrets.SECRET_KEY,
        INSTALLATION_API_KEY: secrets.INSTALLATION_API_KEY,
      },
    });
    return {
      url: running.url,
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
