import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSettings } from '@chargemesh/service';
import { demoSettings } from '../config.js';
import { aborted, endOfProcess, unlessAborted } from '../ending.js';
import type { AddressOf } from './rest.js';
import { type DemoFile, seed } from './seed.js';
import { startDemoStations } from './stations.js';

const TRIED_AGAIN_AFTER_MS = 1_000;

/** The demo in a platform that runs elsewhere: its first line is what it seeded, as JSON; then its stations charge. */
const ending = endOfProcess();

async function main(): Promise<void> {
  const settings = readSettings(demoSettings);
  const addressOf: AddressOf = (service) => settings.CHARGEMESH_URL.replace('{service}', service);
  const demo = await unlessAborted(ending, seedUntilDone(addressOf, settings.INSTALLATION_API_KEY));
  console.log(JSON.stringify(demo));
  createServer((_, response) => response.end()).listen(settings.MANAGEMENT_PORT);
  const stations = startDemoStations(demo, { allowRemote: true });
  await aborted(ending);
  await stations.stop();
}

/** The platform may be starting or busy; what is in it already is put there again. */
async function seedUntilDone(addressOf: AddressOf, installationApiKey: string): Promise<DemoFile> {
  for (;;) {
    try {
      return await seed(addressOf, installationApiKey);
    } catch (error) {
      console.error(`the demo is tried again: ${(error as Error).message}`);
      await sleep(TRIED_AGAIN_AFTER_MS);
    }
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    if (!ending.aborted) console.error(error);
    process.exit(1);
  },
);
