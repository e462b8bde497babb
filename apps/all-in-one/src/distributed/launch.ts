import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Environment, databaseSettingOf, migrateServices, serviceNames } from '@chargemesh/service';
import { freePort } from '@chargemesh/embedded-postgres';
import { unlessAborted } from '../ending.js';
import { managementPortOf } from './management-port.js';
import { services } from '../services.js';
import { type Ports, ServiceProcess } from './processes.js';

export interface LaunchOptions {
  /** Administrator's URL of the database to set up. */
  adminUrl: string;
  kafkaBrokers: string;
  /** Settings that all six get, besides what belongs to each. */
  environment?: Environment;
  /** Processes of each service; one, if absent. */
  copies?: number;
  /** Ports of the first service, the others follow (`managementPortOf`); free ones if absent. */
  firstPorts?: { port: number; managementPort: number | undefined };
  output?: 'inherit' | 'ignore';
  /** Aborted, the launch ends what it has begun and rejects. */
  signal?: AbortSignal;
  /** Given, a process that ends though nobody asked it to is told, and started again. */
  onDeath?: (service: string, how: string) => void;
}

export interface Distributed {
  readonly processes: readonly ServiceProcess[];
  readonly installationApiKey: string;
  readonly secretKey: string;
  addressOf(service: string): string;
  /** Rejects when a process that died cannot be started again. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

const RESTARTED_AFTER_MS = 1_000;

/** Sets up the database and starts the six services on Kafka, as processes of their own. */
export async function launch(options: LaunchOptions): Promise<Distributed> {
  const secret = (): string => randomBytes(32).toString('base64url');
  const [secretKey, installationApiKey] = [secret(), secret()];
  const signal = options.signal ?? new AbortController().signal;
  const migrated = migrateServices(services, { adminUrl: options.adminUrl, password: secret() });
  const databaseUrls = await unlessAborted(signal, migrated);
  const { onDeath, failed } = restarts(options);
  const shared = {
    PATH: options.environment?.['PATH'],
    ...options.environment,
    TRANSPORT: 'kafka',
    KAFKA_BROKERS: options.kafkaBrokers,
    SECRET_KEY: secretKey,
    INSTALLATION_API_KEY: installationApiKey,
    HOST: '127.0.0.1',
  };
  const processes: ServiceProcess[] = [];
  for (const [index, service] of Array.from({ length: options.copies ?? 1 }, () => serviceNames)
    .flat()
    .entries()) {
    const ports = await portsOf(index, options.firstPorts);
    const environment = { ...shared, DATABASE_URL: databaseUrls[databaseSettingOf(service)] };
    processes.push(new ServiceProcess(service, ports, environment, options.output ?? 'ignore', onDeath));
  }
  const stop = async (): Promise<void> => {
    await Promise.all(processes.map((process) => process.stop()));
  };
  try {
    // Two cores: all at once would only wait for each other; the first also creates the topics.
    for (const process of processes) await unlessAborted(signal, process.start());
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    processes,
    installationApiKey,
    secretKey,
    addressOf(service) {
      const found = processes.find((process) => process.service === service);
      if (!found) throw new Error(`There is no service ${service}`);
      return found.url;
    },
    failed,
    stop,
  };
}

async function portsOf(index: number, first: LaunchOptions['firstPorts']): Promise<Ports> {
  if (!first) return { port: await freePort(), managementPort: await freePort() };
  return { port: first.port + index, managementPort: await managementPortOf(first.managementPort, index) };
}

/** What is done about a process that died. */
function restarts({ onDeath }: LaunchOptions): Pick<Distributed, 'failed'> & {
  onDeath(process: ServiceProcess, how: string): void;
} {
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);
  return {
    failed,
    onDeath(process, how) {
      if (!onDeath) return;
      onDeath(process.service, how);
      sleep(RESTARTED_AFTER_MS)
        .then(() => process.start())
        .catch(fail);
    },
  };
}
