/**
 * Looks for the newest CDR of the composed platform where its telemetry ends: it is counted in Prometheus, and its trace in
 * Jaeger goes from a station's message to the CDR. Needs the platform up with telemetry, and a session charged
 * (`e2e/compose/run telemetry` does it all).
 */
import { awaited, cdrs, demo, json } from './platform.mjs';

const PROMETHEUS_URL = 'http://127.0.0.1:9090/api/v1';
const JAEGER_URL = 'http://127.0.0.1:16686/api';
const SERVICES = ['ocpp-gateway', 'device-management', 'sessions', 'tariffs', 'payments', 'ocpi-gateway'];
/** Several readings of Prometheus, and batches of the services and the collector. */
const TOLD_WITHIN_MS = 120_000;

async function valueOf(query) {
  const { data } = await json(`${PROMETHEUS_URL}/query?query=${encodeURIComponent(query)}`);
  return Number(data.result[0]?.value[1] ?? Number.NaN);
}

async function brokenRules() {
  const { data } = await json(`${PROMETHEUS_URL}/rules`);
  const rules = data.groups.flatMap((group) => group.rules);
  if (rules.length === 0) throw new Error('Prometheus has no rules');
  return rules.filter(({ health }) => health === 'err').map(({ name, lastError }) => `${name}: ${lastError}`);
}

/** Services that say something in the trace of a CDR's issue. */
async function tracedBy(number) {
  const tags = encodeURIComponent(JSON.stringify({ 'chargemesh.cdr.number': number }));
  const { data } = await json(`${JAEGER_URL}/traces?service=tariffs&limit=1&tags=${tags}`);
  return Object.values(data?.[0]?.processes ?? {}).map(({ serviceName }) => serviceName);
}

const { apiKey } = demo();
const billed = await cdrs(apiKey);
const [{ number }] = billed;
await awaited('all services are up', TOLD_WITHIN_MS, async () => (await valueOf('sum(up)')) === SERVICES.length);
await awaited(
  `Prometheus has counted ${billed.length} CDRs`,
  TOLD_WITHIN_MS,
  async () => (await valueOf('sum(chargemesh_cdrs_issued_total)')) >= billed.length,
);
const broken = await brokenRules();
if (broken.length > 0) throw new Error(broken.join('\n'));
const way = ['ocpp-gateway', 'sessions', 'tariffs', 'payments'];
await awaited(`the trace of ${number}, from ${way.join(' to ')}`, TOLD_WITHIN_MS, async () => {
  const services = new Set(await tracedBy(number));
  return way.every((service) => services.has(service));
});
console.log(`${number} is counted in Prometheus, and its trace goes from ${way.join(' to ')}`);
