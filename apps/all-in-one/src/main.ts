import { existsSync, readFileSync } from 'node:fs';
import { ConfigurationError, environment, readSettings } from '@chargemesh/service';
import { isPortTaken } from '@chargemesh/embedded-postgres';
import { Command } from 'commander';
import { allInOneSettings } from './config.js';
import { DemoFeedModule } from './demo/feed.js';
import { type DemoFile, seed } from './demo/seed.js';
import { startDemoStations } from './demo/stations.js';
import { DataFolder } from './embedded/data-folder.js';
import { startEmbeddedPlatform } from './platform.js';
import { StartError } from './start-error.js';

const options = new Command('chargemesh')
  .description('Runs the whole platform in one process, with demo data and simulated stations.')
  .option('--reset', 'forget all data of earlier runs first')
  .option('--no-simulation', 'do not let simulated stations charge')
  .parse()
  .opts<{ reset?: boolean; simulation: boolean }>();

async function main(): Promise<void> {
  const settings = readSettings(allInOneSettings);
  if (await isPortTaken(settings.PORT))
    throw new StartError(`Port ${settings.PORT} is in use; set PORT to another one.`);
  const folder = DataFolder.claim(settings.CHARGEMESH_DATA_DIR);
  process.on('exit', () => folder.release());
  if (options.reset) folder.reset();

  console.log('Starting chargemesh …');
  const platform = await startEmbeddedPlatform(folder, {
    port: settings.PORT,
    environment: { ...environment(), LOG_LEVEL: settings.LOG_LEVEL },
    modules: [DemoFeedModule],
  });
  const demo = await demoOf(folder, platform);
  const stations = options.simulation ? startDemoStations(demo) : undefined;
  welcome(demo, folder, options.simulation);

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    console.log('\nStopping: stations, services, database …');
    await stations?.stop();
    await platform.stop();
    console.log('Stopped. The data stays; the next start goes on from here.');
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
}

/** The demo as it was seeded, at the address of this start. */
async function demoOf(folder: DataFolder, platform: { url: string; installationApiKey: string }): Promise<DemoFile> {
  const known = existsSync(folder.demoFile)
    ? (JSON.parse(readFileSync(folder.demoFile, 'utf8')) as DemoFile)
    : undefined;
  const demo = known
    ? { ...known, baseUrl: platform.url, partner: { ...known.partner, versionsUrl: `${platform.url}/ocpi/versions` } }
    : await seed(() => platform.url, platform.installationApiKey);
  folder.writePrivately(folder.demoFile, demo);
  return demo;
}

function welcome(demo: DemoFile, folder: DataFolder, simulation: boolean): void {
  const mine = demo.stations.filter((station) => !station.simulated);
  console.log(`
chargemesh is ready at ${demo.baseUrl}

  API pages       ${demo.baseUrl}/api/docs
  API key         ${demo.apiKey}
  OCPP            ${demo.baseUrl.replace('http', 'ws')}/ocpp/<stationId>
  your stations   ${mine.map(({ id, ocppVersion, password }) => `${id} (OCPP ${ocppVersion}), password ${password}`).join('\n                  ')}
  token           ${demo.tokens.find((token) => token.valid)?.uid ?? ''}
  OCPI            ${demo.partner.versionsUrl}, token ${demo.partner.token}
  all of this     ${folder.demoFile}

Look next at the sessions and at what they cost:
  curl -H 'Authorization: Bearer ${demo.apiKey}' ${demo.baseUrl}/api/tariffs/v1/cdrs
${simulation ? '\nThree simulated stations charge; this is what happens, as it happens (Ctrl-C stops):\n' : '\nNo simulated stations; connect your own (Ctrl-C stops).\n'}`);
}

main().catch((error: unknown) => {
  const expected = error instanceof StartError || error instanceof ConfigurationError;
  console.error(expected ? error.message : error);
  process.exit(1);
});
