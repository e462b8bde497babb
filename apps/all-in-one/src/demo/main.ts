import { createServer } from 'node:http';
import { readSettings } from '@chargemesh/service';
import { demoSettings } from '../config.js';
import { aborted, endOfProcess, unlessAborted } from '../ending.js';
import { seed } from './seed.js';
import { startDemoStations } from './stations.js';

/** The demo in a platform that runs elsewhere: its first line is what it seeded, as JSON; then its stations charge. */
const ending = endOfProcess();

async function main(): Promise<void> {
  const { INSTALLATION_API_KEY, DEMO_PLATFORM_URL, MANAGEMENT_PORT } = readSettings(demoSettings);
  const addressOf = (service: string): string => DEMO_PLATFORM_URL.replace('{service}', service);
  const demo = await unlessAborted(ending, seed(addressOf, INSTALLATION_API_KEY));
  console.log(JSON.stringify(demo));
  createServer((_, response) => response.end()).listen(MANAGEMENT_PORT);
  const stations = startDemoStations(demo, { allowRemote: true });
  await aborted(ending);
  await stations.stop();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    if (!ending.aborted) console.error(error);
    process.exit(1);
  },
);
