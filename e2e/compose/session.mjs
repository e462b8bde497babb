/**
 * Lets a simulated station of each OCPP version charge inside the composed platform, and compares the CDRs with what the
 * stations say they sold. Needs the platform up (`e2e/compose/run` does it all).
 */
import { totalInclTaxes } from '../demo-price.mjs';
import { awaited, cdrs, compose, demo } from './platform.mjs';

const SESSIONS = 6;
const TOKEN = 'DEMO0001';
const BILLED_WITHIN_MS = 180_000;

/** Of the demo's tariffs, in 1/100 EUR per kWh before taxes; none of these sessions parks. */
const CENTS_PER_KWH = { 'MY-16': 45n, 'MY-201': 45n, 'MY-21': 59n };

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

function cdrOf({ stationId, transactionId }, apiKey) {
  return awaited(`the bill of ${stationId} ${transactionId}`, BILLED_WITHIN_MS, async () =>
    (await cdrs(apiKey, `&stationId=${stationId}`)).find((cdr) => cdr.transactionId === transactionId),
  );
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
