/**
 * Lets a simulated station of each OCPP version charge inside the composed platform, and compares the CDRs with what the
 * stations say they sold. Needs the platform up (`e2e/compose/run` does it all).
 */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { totalInclTaxes } from '../demo-price.mjs';

const TARIFFS_URL = 'http://127.0.0.1:8083';
const SESSIONS = 6;
const TOKEN = 'DEMO0001';
const BILLED_WITHIN_MS = 180_000;

/** Of the demo's tariffs, in 1/100 EUR per kWh before taxes; none of these sessions parks. */
const CENTS_PER_KWH = { 'MY-16': 45n, 'MY-201': 45n, 'MY-21': 59n };

function compose(args, input = '') {
  const { status, stdout, stderr } = spawnSync('docker', ['compose', ...args], { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`docker compose ${args[0]} ended with ${status}: ${stderr}`);
  return stdout;
}

/** What the station simulator has said first: what it has brought into the platform. */
function demo() {
  const [first] = compose(['logs', '--no-log-prefix', 'station-simulator'])
    .split('\n')
    .filter((line) => line.startsWith('{'));
  if (!first) throw new Error('the station simulator has not brought the demo in');
  return JSON.parse(first);
}

function charge(stations) {
  const options = ['--url', 'ws://ocpp-gateway:8080/ocpp', '--allow-remote', '--token', TOKEN, '--sessions', SESSIONS];
  const files = ['--stations-file', '/dev/stdin', '--ledger', '/dev/stdout'];
  const simulator = ['run', '--rm', '-T', '--no-deps', 'station-simulator', 'station-simulator'];
  const ledger = compose([...simulator, ...options.map(String), ...files], JSON.stringify(stations));
  return ledger
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

async function cdrOf({ stationId, transactionId }, apiKey) {
  const list = `${TARIFFS_URL}/api/tariffs/v1/cdrs?limit=100&stationId=${stationId}`;
  for (const until = Date.now() + BILLED_WITHIN_MS; Date.now() < until; await sleep(500)) {
    const answer = await fetch(list, { headers: { authorization: `Bearer ${apiKey}` } });
    const { items } = await answer.json();
    const found = items.find((cdr) => cdr.transactionId === transactionId);
    if (found) return found;
  }
  throw new Error(`${stationId} ${transactionId} was not billed within ${BILLED_WITHIN_MS / 1_000} s`);
}

function expected({ stationId, energyWh }) {
  return { energyWh, totalInclTaxes: totalInclTaxes(energyWh, CENTS_PER_KWH[stationId]) };
}

const { apiKey, stations } = demo();
const ledger = charge(stations.filter(({ simulated }) => !simulated).map((station) => ({ ...station, evses: 2 })));
if (ledger.length !== SESSIONS) throw new Error(`${ledger.length} of ${SESSIONS} sessions are in the ledger`);
for (const session of ledger) {
  const { energyWh, totalInclTaxes, number } = await cdrOf(session, apiKey);
  const [is, should] = [JSON.stringify({ energyWh, totalInclTaxes }), JSON.stringify(expected(session))];
  console.log(`${session.stationId} ${session.transactionId}: ${number} ${is}`);
  if (is !== should) throw new Error(`the station says ${should}`);
}
console.log(`${ledger.length} sessions charged and priced, each as its station says`);
