import { randomBytes } from 'node:crypto';
import { type Environment, migrateServices } from '@chargemesh/service';
import { freePort } from '@chargemesh/embedded-postgres';
import { services } from '../services.js';
import { ServiceProcess, serviceNames } from './processes.js';

export interface LaunchOptions {
  /** Administrator's URL of the database to set up. */
  adminUrl: string;
  kafkaBrokers: string;
  /** Settings that all six get, besides what belongs to each. */
  environment?: Environment;
  /** Port of the first service, the others follow; free ones if absent. */
  firstPort?: number;
  output?: 'inherit' | 'ignore';
}

export interface Distributed {
  readonly processes: readonly ServiceProcess[];
  readonly installationApiKey: string;
  addressOf(service: string): string;
  stop(): Promise<void>;
}

/** Sets up the database and starts the six services as six processes on Kafka. */
export async function launch(options: LaunchOptions): Promise<Distributed> {
  const secret = (): string => randomBytes(32).toString('base64url');
  const [secretKey, installationApiKey] = [secret(), secret()];
  const databaseUrls = await migrateServices(services, { adminUrl: options.adminUrl, password: secret() });
  const processes: ServiceProcess[] = [];
  for (const [index, service] of serviceNames.entries()) {
    const port = options.firstPort === undefined ? await freePort() : options.firstPort + index;
    const environment = {
      PATH: options.environment?.['PATH'],
      ...options.environment,
      DATABASE_URL: databaseUrls[`${service.toUpperCase().replaceAll('-', '_')}_DATABASE_URL`],
      TRANSPORT: 'kafka',
      KAFKA_BROKERS: options.kafkaBrokers,
      SECRET_KEY: secretKey,
      INSTALLATION_API_KEY: installationApiKey,
      HOST: '127.0.0.1',
    };
    processes.push(new ServiceProcess(service, port, environment, options.output ?? 'ignore'));
  }
  const stop = async (): Promise<void> => {
    await Promise.all(processes.map((process) => process.stop()));
  };
  try {
    // Two cores: six at once would only wait for each other; the first also creates the topics.
    for (const process of processes) await process.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    processes,
    installationApiKey,
    addressOf(service) {
      const found = processes.find((process) => process.service === service);
      if (!found) throw new Error(`There is no service ${service}`);
      return found.url;
    },
    stop,
  };
}
