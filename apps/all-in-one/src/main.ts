import { existsSync, readFileSync } from 'node:fs';
import { ConfigurationError, DEFAULT_MANAGEMENT_PORT, PortInUse, environment, readSettings } from '@chargemesh/service';
import { isPortTaken, stopLeftover } from '@chargemesh/embedded-postgres';
import type { RunningStations } from '@chargemesh/station-simulator';
import { allInOneSettings } from './config.js';
import { DemoFeedModule } from './demo/feed.js';
import { type DemoFile, checkoutUrls, seed } from './demo/seed.js';
import { startDemoStations } from './demo/stations.js';
import { welcome } from './demo/welcome.js';
import { HomeModule } from './home/home.module.js';
import { Visitor } from './home/visitor.js';
import { DataFolder } from './embedded/data-folder.js';
import { aborted, endOfProcess, unlessAborted } from './ending.js';
import { readOptions } from './options.js';
import { type EmbeddedPlatform, startEmbeddedPlatform } from './platform.js';
import { StartError } from './start-error.js';

const ending = endOfProcess();
const options = readOptions(process.argv.slice(2), environment());

async function main(): Promise<void> {
  const settings = readSettings(allInOneSettings);
  // Whether they are still free is seen when they are bound; this one only spares the user the wait for the database.
  for (const setting of ['PORT', 'MANAGEMENT_PORT'] as const) {
    const port = settings[setting];
    if (port !== undefined && (await isPortTaken(port))) throw new PortInUse(setting, port);
  }
  const folder = DataFolder.claim(settings.CHARGEMESH_DATA_DIR);
  process.on('exit', () => folder.release());
  if (options.reset) {
    await stopLeftover(folder.database);
    folder.reset();
  }
  console.log('Starting chargemesh …');
  const visitor = new Visitor();
  const platform = await startEmbeddedPlatform(folder, {
    port: settings.PORT,
    // A second platform on a machine needs nothing but another PORT.
    managementPorts: settings.MANAGEMENT_PORT === undefined ? [DEFAULT_MANAGEMENT_PORT, 0] : [settings.MANAGEMENT_PORT],
    environment: { ...environment(), LOG_LEVEL: settings.LOG_LEVEL },
    modules: options.demo ? [DemoFeedModule, HomeModule.of(visitor)] : [],
    signal: ending,
  });
  let stations: RunningStations | undefined;
  try {
    stations = options.demo
      ? await unlessAborted(ending, showDemo(folder, platform, visitor))
      : withoutDemo(folder, platform);
    await aborted(ending);
  } finally {
    console.log('\nStopping: stations, services, database …');
    await stations?.stop();
    await platform.stop();
  }
  console.log('Stopped. The data stays; the next start goes on from here.');
  process.exit(0);
}

async function showDemo(
  folder: DataFolder,
  platform: EmbeddedPlatform,
  visitor: Visitor,
): Promise<RunningStations | undefined> {
  const demo = await demoOf(folder, platform);
  visitor.admit(demo.apiKey);
  const apiPages = [`${platform.url}/api/docs`];
  const managementPages = ['health/ready', 'metrics'].map((path) => `${platform.managementUrl}/${path}`);
  const { simulation } = options;
  const { url: tariffsUrl } = platform;
  console.log(
    welcome({
      demo,
      page: `${platform.url}/`,
      apiPages,
      managementPages,
      tariffsUrl,
      demoFile: folder.demoFile,
      simulation,
    }),
  );
  return simulation ? startDemoStations(demo) : undefined;
}

/** The demo as it was seeded, at the address of this start. */
async function demoOf(folder: DataFolder, platform: EmbeddedPlatform): Promise<DemoFile> {
  const known = existsSync(folder.demoFile)
    ? (JSON.parse(readFileSync(folder.demoFile, 'utf8')) as DemoFile)
    : undefined;
  const demo = known
    ? {
        ...known,
        baseUrl: platform.url,
        partner: { ...known.partner, versionsUrl: `${platform.url}/ocpi/versions` },
        checkoutUrls: checkoutUrls(platform.url),
      }
    : await seed(() => platform.url, platform.installationApiKey);
  folder.writePrivately(folder.demoFile, demo);
  return demo;
}

function withoutDemo(folder: DataFolder, platform: EmbeddedPlatform): undefined {
  console.log(`
chargemesh is ready at ${platform.url}, without the demo

  API pages       ${platform.url}/api/docs
  metrics, health ${platform.managementUrl}/health/ready, /metrics
  first operator  docs/how-to-begin.md; the installation's key is INSTALLATION_API_KEY in ${folder.secretsFile}
`);
}

main().catch((error: unknown) => {
  if (ending.aborted) console.error('Stopped before it was ready; the next start begins again.');
  else console.error(isExpected(error) ? error.message : error);
  process.exit(1);
});

function isExpected(error: unknown): error is Error {
  return error instanceof StartError || error instanceof ConfigurationError;
}
