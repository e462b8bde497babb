/** From nothing to nothing (docs/operations/kubernetes.md); what was done and how long it took goes to the output. */
import { performance } from 'node:perf_hooks';
import { Rest } from '@chargemesh/all-in-one';
import { bringIn, count, startCharging, stopCharging, untilMoreEnded } from './charge.mjs';
import { compare, letters, untilEachVersionBilled } from './compare.mjs';
import { evictAll, killEach } from './disturb.mjs';
import { ServiceProxies } from './service-proxies.mjs';
import { image, nextImage, prepareImages } from './images.mjs';
import * as chart from './install.mjs';
import { eventually } from './patience.mjs';
import { interrupt, kubectl, namespace } from './program.mjs';

const SERVICES = ['ocpp-gateway', 'device-management', 'sessions', 'tariffs', 'payments', 'ocpi-gateway'];
const NEXT_MIGRATION = 'NextVersion9900000000000';
const SEED = Number(process.env.SEED ?? 1);
/** Between two disturbances. */
const ENDED_BETWEEN = 5;

let running;
let proxies;

/** Does a step, and says how long it took, how many sessions it met, and what of its result `tell` picks. */
async function step(name, work, tell) {
  const began = performance.now();
  const met = running && count(running.ledger()).underWay;
  const result = await work();
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  const sessions = met === undefined ? '' : `, ${met} sessions under way when it began`;
  console.log(`${seconds.padStart(6)} s  ${name}${sessions}${tell ? `, ${JSON.stringify(tell(result))}` : ''}`);
  return result;
}

async function begin() {
  await step('images', prepareImages);
  await step('throw-away Kafka and PostgreSQL', chart.installServers);
  await step('helm install', () => chart.deploy(image));
  await step('helm test', chart.test);
  proxies = await ServiceProxies.open(SERVICES);
}

async function disturb(rest, stations) {
  await step('the first CDR of each version', () => untilEachVersionBilled(rest, stations));
  await step('helm upgrade', async () => {
    await chart.deploy(nextImage);
    await expectMigrated();
  });
  await untilMoreEnded(running, ENDED_BETWEEN);
  await step('a pod of each service killed', () => killEach(SERVICES));
  await untilMoreEnded(running, ENDED_BETWEEN);
  await step(
    'all pods evicted',
    () => evictAll(SERVICES),
    (found) => found,
  );
  await untilMoreEnded(running, ENDED_BETWEEN);
  await step('helm rollback', async () => {
    await chart.rollBack();
    await expectMigrated();
  });
  await untilMoreEnded(running, ENDED_BETWEEN);
  await step('helm test', chart.test);
}

/** Of the upgrade, and still there after the rollback. */
async function expectMigrated() {
  const newest = await chart.newestMigration();
  if (newest !== NEXT_MIGRATION) throw new Error(`the newest migration is ${newest}`);
}

async function settle(rest, installation) {
  const ledger = await step(
    'stations stopped',
    () => stopCharging(running),
    ({ counts }) => counts,
  );
  running = undefined;
  const cdrs = await step('every session billed as its station says', () => compare(rest, ledger));
  const waiting = await letters(installation, SERVICES);
  if (waiting > 0) throw new Error(`${waiting} dead letters wait for a person`);
  return { sessions: ledger.sessions.length, cdrs: cdrs.length, deadLetters: waiting };
}

async function main() {
  await begin();
  const addressOf = (service) => `http://127.0.0.1:${proxies.portOf(service)}`;
  const key = await chart.installationKey();
  // What is brought in twice is there once.
  const operator = await step('operator, stations, tariff', () => eventually(() => bringIn(addressOf, key)));
  running = startCharging(operator, proxies.portOf('ocpp-gateway'), SEED);
  await disturb(operator.rest, operator.stations);
  const found = await settle(operator.rest, new Rest(addressOf, key));
  proxies.close();
  await step('helm uninstall', chart.uninstall);
  console.log(JSON.stringify(found));
}

/** Who is told to end does not leave a namespace behind; who is told so twice ends at once. */
function interruption() {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve(signal));
  });
}

/** For who has to find out why it failed. */
async function showCluster() {
  const shown = [
    ['get', 'pods', '--output', 'wide'],
    ['get', 'events', '--sort-by=.lastTimestamp'],
  ];
  for (const args of shown) console.error(await kubectl(args, { always: true }).catch((error) => error.message));
}

const interrupted = interruption();
await chart.createNamespace();
try {
  const signal = await Promise.race([main(), interrupted]);
  if (signal) throw new Error(signal);
} catch (error) {
  interrupt();
  process.exitCode = 1;
  console.error(error);
  await showCluster();
} finally {
  await running?.stop(0);
  proxies?.close();
  await step(`namespace ${namespace} removed`, chart.removeNamespace);
  process.exit();
}
