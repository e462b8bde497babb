/** Measures how long it takes to put an operator's stations: one by one, and in bulk. */
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { eventually } from '@chargemesh/waiting';
import { v7 as uuidv7 } from 'uuid';
import { Server, figure, report } from './measure.js';

const STATIONS = Number(process.argv[2] ?? 25_000);
/** Lines of a request. */
const LINES = 10_000;
/** As many are put one by one as say how long all would take. */
const ONE_BY_ONE = 500;

const installationApiKey = randomBytes(24).toString('base64url');
const server = await Server.start(fileURLToPath(new URL('live.server.js', import.meta.url)), [installationApiKey]);
const api = `${server.url}/api/device-management/v1`;

async function send(method: string, path: string, key: string, body: string, type = 'application/json') {
  const headers = { authorization: `Bearer ${key}`, 'content-type': type };
  const answer = await fetch(`${api}/${path}`, { method, headers, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
  return text;
}

async function operatorKey(): Promise<string> {
  const path = `operators/${uuidv7()}`;
  const operator = { name: 'Operator', countryCode: 'DE', partyId: 'ABC', currency: 'EUR' };
  await send('PUT', path, installationApiKey, JSON.stringify(operator));
  const key = JSON.stringify({ name: 'benchmark', role: 'admin' });
  const { apiKey } = JSON.parse(await send('POST', `${path}/api-keys`, installationApiKey, key)) as { apiKey: string };
  await eventually(() => send('PUT', 'stations/first', apiKey, JSON.stringify({ evses: [] })));
  return apiKey;
}

function station(number: number) {
  const cable = {
    standard: 'IEC_62196_T2',
    format: 'CABLE',
    powerType: 'AC_3_PHASE',
    maxVoltage: 230,
    maxAmperage: 32,
  };
  const evses = [1, 2].map((evseId) => ({ evseId, connectors: [{ connectorId: 1, ...cable }] }));
  return { stationId: `CS-${number}`, evses };
}

async function inBulk(path: string, key: string, row: (number: number) => object): Promise<string[]> {
  const ends: string[] = [];
  for (let from = 0; from < STATIONS; from += LINES) {
    const rows = Array.from({ length: Math.min(LINES, STATIONS - from) }, (_, index) => row(from + index));
    const body = rows.map((one) => `${JSON.stringify(one)}\n`).join('');
    const text = await send('POST', `${path}/bulk`, key, body, 'application/x-ndjson');
    ends.push(text.trimEnd().split('\n').at(-1) ?? '');
  }
  const stopped = ends.find((end) => !end.includes('"complete"') || !end.includes('"refused":0'));
  if (stopped !== undefined) throw new Error(`not all rows of ${path} were put: ${stopped}`);
  return ends;
}

async function oneByOne(key: string): Promise<void> {
  for (let number = 0; number < ONE_BY_ONE; number += 1) {
    const { evses } = station(number);
    await send('PUT', `stations/ONE-${number}`, key, JSON.stringify({ evses }));
  }
}

const rows: string[][] = [];
async function measure(what: string, count: number, work: () => Promise<unknown>): Promise<void> {
  const [before, began] = [await server.usage(), performance.now()];
  await work();
  const [after, seconds] = [await server.usage(), (performance.now() - began) / 1_000];
  const cpuMs = ((after.cpuS - before.cpuS) * 1_000) / count;
  rows.push([what, figure(seconds), figure((seconds * STATIONS) / count), figure(count / seconds), figure(cpuMs)]);
}

try {
  const key = await operatorKey();
  await measure(`${ONE_BY_ONE} stations, one by one`, ONE_BY_ONE, () => oneByOne(key));
  await measure(`${STATIONS} stations in bulk`, STATIONS, () => inBulk('stations', key, station));
  await measure('the same again', STATIONS, () => inBulk('stations', key, station));
  const named = (number: number) => ({ stationId: `CS-${number}` });
  await measure(`${STATIONS} passwords in bulk`, STATIONS, () => inBulk('stations/credentials', key, named));
  report(`${STATIONS} stations`, ['what', 's', `s for ${STATIONS}`, 'a second', 'CPU of the service each, ms'], rows);
} finally {
  await server.stop();
}
