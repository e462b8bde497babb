import { environment, list, port, readSettings } from '@chargemesh/service';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seed } from '../demo/seed.js';
import { startDemoStations } from '../demo/stations.js';
import { startPostgres } from '@chargemesh/embedded-postgres';
import { launch } from './launch.js';

/** `npm run dev:distributed`: six processes on a real broker and PostgreSQL, with the simulator; gone when it stops. */
const settings = readSettings({ KAFKA_BROKERS: list, PORT: port(8080) });
const folder = mkdtempSync(join(tmpdir(), 'chargemesh-distributed-'));
const postgres = await startPostgres({ folder: join(folder, 'postgres'), password: 'distributed' });
const platform = await launch({
  adminUrl: postgres.adminUrl,
  kafkaBrokers: settings.KAFKA_BROKERS.join(','),
  firstPort: settings.PORT,
  environment: { LOG_LEVEL: 'error', ...environment(), PORT: undefined },
  output: 'inherit',
});
const demo = await seed(platform.addressOf, platform.installationApiKey);
const stations = startDemoStations(demo);
for (const { service, url, pid } of platform.processes)
  console.log(`${service.padEnd(18)} ${url}/api/docs  (process ${pid})`);
console.log(`API key            ${demo.apiKey}\nThree simulated stations charge; Ctrl-C stops.`);

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await stations.stop();
  await platform.stop();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}
process.on('SIGINT', () => void stop());
process.on('SIGTERM', () => void stop());
