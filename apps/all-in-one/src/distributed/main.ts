import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConfigurationError,
  DEFAULT_MANAGEMENT_PORT,
  environment,
  list,
  optional,
  port,
  readSettings,
  startServices,
} from '@chargemesh/service';
import { startPostgres } from '@chargemesh/embedded-postgres';
import { DemoFeedModule } from '../demo/feed.js';
import { seed } from '../demo/seed.js';
import { startDemoStations } from '../demo/stations.js';
import { welcome } from '../demo/welcome.js';
import { DataFolder } from '../embedded/data-folder.js';
import { aborted, endOfProcess, unlessAborted } from '../ending.js';
import { StartError } from '../start-error.js';
import { type Distributed, type LaunchOptions, launch } from './launch.js';

/** `npm run dev:distributed`: six processes on a real broker and PostgreSQL, with the simulator; gone when it stops. */
const ending = endOfProcess();
const parent = mkdtempSync(join(tmpdir(), 'chargemesh-distributed-'));
// PostgreSQL does not run as root, and has to come in.
chmodSync(parent, 0o711);
process.on('exit', () => rmSync(parent, { recursive: true, force: true }));

async function main(): Promise<void> {
  const { KAFKA_BROKERS, PORT, MANAGEMENT_PORT } = readSettings({
    KAFKA_BROKERS: list,
    PORT: port(8080),
    MANAGEMENT_PORT: optional(port(DEFAULT_MANAGEMENT_PORT)),
  });
  const folder = DataFolder.claim(join(parent, 'data'));
  const { postgres: password } = folder.secrets(['postgres']);
  const postgres = await startPostgres({ folder: folder.database, password, signal: ending });
  try {
    const settings = {
      LOG_LEVEL: 'error',
      SANDBOX_PAYMENTS: 'true',
      PLUG_TIMEOUT_S: '60',
      RETRY_WINDOW_S: '30',
      OCPI_PARTNER_NETWORKS: 'loopback',
      CHECKOUTS_PER_ADDRESS_PER_MINUTE: '1000000',
      ...environment(),
    };
    const platform = await launch({
      adminUrl: postgres.adminUrl,
      kafkaBrokers: KAFKA_BROKERS.join(','),
      firstPorts: { port: PORT, managementPort: MANAGEMENT_PORT },
      environment: { ...settings, PORT: undefined, MANAGEMENT_PORT: undefined },
      output: 'inherit',
      signal: ending,
      onDeath: (service, how) => console.error(`${service} ended (${how}) and is started again.`),
    });
    try {
      await show(platform, folder, { ...settings, KAFKA_BROKERS: KAFKA_BROKERS.join(',') });
    } finally {
      await platform.stop();
    }
  } finally {
    await postgres.stop();
  }
}

/** Seeds the demo and lets it charge, saying what happens, until this process is told to end or cannot go on. */
async function show(platform: Distributed, folder: DataFolder, settings: LaunchOptions['environment']): Promise<void> {
  const demo = await unlessAborted(ending, seed(platform.addressOf, platform.installationApiKey));
  folder.writePrivately(folder.demoFile, demo);
  const feed = await startServices({
    services: [],
    modules: [DemoFeedModule],
    environment: {
      ...settings,
      TRANSPORT: 'kafka',
      HOST: '127.0.0.1',
      PORT: '0',
      MANAGEMENT_PORT: '0',
      SECRET_KEY: platform.secretKey,
    },
  });
  const stations = startDemoStations(demo);
  const apiPages = platform.processes.map(({ service, url, pid }) => `${url}/api/docs  ${service} (process ${pid})`);
  const managementPages = platform.processes.map(
    ({ service, managementUrl }) => `${managementUrl}/metrics  ${service}`,
  );
  const tariffsUrl = platform.addressOf('tariffs');
  console.log(welcome({ demo, apiPages, managementPages, tariffsUrl, demoFile: folder.demoFile, simulation: true }));
  try {
    await Promise.race([aborted(ending), platform.failed]);
  } finally {
    console.log('\nStopping: stations, services, database …');
    await stations.stop();
    await feed.stop();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const expected = error instanceof StartError || error instanceof ConfigurationError;
    if (ending.aborted) console.error('Stopped before it was ready.');
    else console.error(expected ? error.message : error);
    process.exit(1);
  },
);
