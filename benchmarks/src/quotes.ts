/** Measures what a quote takes over HTTP, against a bare round trip to the same database. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiKeyState, type Event, LocationState, OperatorState, StationState, newEvent } from '@chargemesh/contracts';
import type { Producer } from '@chargemesh/messaging';
import { PRODUCER, SecretHasher, migrateServices, startServices } from '@chargemesh/service';
import { tariffsService } from '@chargemesh/tariffs';
import { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { figure, median, report, spread } from './measure.js';
import { environment } from './environment.js';

const LOCATIONS = 200;
const STATIONS_EACH = 10;
const FLEETS = 500;
const ROUNDS = 7;
const QUOTES = 1_000;
const SINCE = '2026-01-01T00:00:00Z';
const READY_WITHIN_MS = 60_000;

const adminUrl = process.env['BENCHMARK_DATABASE_URL'] ?? '';
const operatorId = uuidv7();
const locationIds = Array.from({ length: LOCATIONS }, () => uuidv7());
const stationOf = (index: number): string => `CS-${index % (LOCATIONS * STATIONS_EACH)}`;

type Ask = (method: string, path: string, body: unknown) => Promise<Response>;

function events(apiKeyHash: string): Event[] {
  const about = { operatorId, time: SINCE };
  const known = { version: 1, deleted: false };
  const operator = { operatorId, name: 'Operator', countryCode: 'DE', partyId: 'ABC', currency: 'EUR' };
  const place = {
    name: 'L',
    address: 'Street 1',
    city: 'Berlin',
    country: 'DEU',
    timeZone: 'Europe/Berlin',
    publish: true,
  };
  const coordinates = { latitude: '52.500000', longitude: '13.400000' };
  const key = { apiKeyId: uuidv7(), operatorId, name: 'benchmark', hash: apiKeyHash, role: 'admin' as const };
  return [
    newEvent(OperatorState, {
      ...about,
      data: { ...operator, authorizationDefault: 'Invalid', believedEnergyWh: 100_000, ...known },
    }),
    newEvent(ApiKeyState, { ...about, data: { ...key, ...known } }),
    ...locationIds.map((locationId) =>
      newEvent(LocationState, { ...about, data: { locationId, operatorId, ...place, coordinates, ...known } }),
    ),
    ...Array.from({ length: LOCATIONS * STATIONS_EACH }, (_, index) => {
      const station = { stationId: stationOf(index), locationId: locationIds[index % LOCATIONS] };
      return newEvent(StationState, {
        ...about,
        data: { ...station, operatorId, released: true, connected: true, evses: [], ...known },
      });
    }),
  ];
}

/** A price of day and night for each location, and one for each fleet. */
async function assign(ask: Ask): Promise<void> {
  const energy = (price: number) => ({ type: 'ENERGY', price, vat: 19, step_size: 1 });
  const elements = [
    { price_components: [energy(0.59)], restrictions: { start_time: '07:00', end_time: '20:00' } },
    { price_components: [energy(0.49)] },
    { price_components: [{ type: 'PARKING_TIME', price: 6, vat: 19 }], restrictions: { min_duration: 14_400 } },
  ];
  const targets = locationIds.map((locationId) => ({ target: { scope: 'location', locationId } }));
  const fleets = Array.from({ length: FLEETS }, (_, index) => ({
    target: { scope: 'operator' },
    audience: { kind: 'token-group', groupId: `F${index}` },
  }));
  for (const applies of [...targets, ...fleets]) {
    const tariffId = uuidv7();
    await ask('PUT', `tariffs/${tariffId}`, { name: 'Day and night', tariff: { currency: 'EUR', elements } });
    await ask('PUT', `tariff-assignments/${uuidv7()}`, { tariffId, ...applies, validFrom: SINCE });
  }
}

function quoteOf(index: number) {
  const where = { stationId: stationOf(index * 7), evseId: 1 };
  const token = { countryCode: 'DE', partyId: 'ABC', groupId: `F${index % (FLEETS * 2)}` };
  return { ...where, tokenKind: 'RFID', token, durationS: 3_600, parkingS: 600, energyWh: 42_000 };
}

/** Milliseconds of each, one after the other. */
async function times(count: number, work: (index: number) => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const began = performance.now();
    await work(index);
    took.push(performance.now() - began);
  }
  return took.sort((a, b) => a - b);
}

const p99 = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length * 0.99)] ?? 0;

async function start() {
  const urls = await migrateServices([tariffsService], { adminUrl, password: 'benchmark' });
  const running = await startServices({ services: [tariffsService], environment: { ...environment, ...urls } });
  const apiKey = `cmk_${randomBytes(32).toString('base64url')}`;
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const ask: Ask = (method, path, body) =>
    fetch(`${running.url}/api/tariffs/v1/${path}`, { method, headers, body: JSON.stringify(body) });
  const hash = running.app.get(SecretHasher, { strict: false }).hash(apiKey);
  await running.app.get<Producer>(PRODUCER, { strict: false }).send(events(hash));
  return { running, ask };
}

async function quoted(ask: Ask, index: number): Promise<void> {
  const answer = await ask('POST', 'quotes', quoteOf(index));
  const body = await answer.text();
  if (answer.status !== 200) throw new Error(`${answer.status} ${body}`);
}

/** Everything is known when the last station is. */
async function untilKnown(ask: Ask): Promise<void> {
  const last = { stationId: stationOf(LOCATIONS * STATIONS_EACH - 1), durationS: 0, energyWh: 0 };
  const until = performance.now() + READY_WITHIN_MS;
  while (!(await (await ask('POST', 'quotes', last)).text()).includes('no-tariff')) {
    if (performance.now() > until) throw new Error('the stations did not become known');
    await sleep(100);
  }
}

async function main(): Promise<void> {
  const { running, ask } = await start();
  await untilKnown(ask);
  await assign(ask);
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  const rounds: { quote: number[]; bare: number[] }[] = [];
  for (let count = 0; count <= ROUNDS; count += 1) {
    const bare = await times(QUOTES, () => client.query('SELECT 1'));
    const quote = await times(QUOTES, (index) => quoted(ask, count * QUOTES + index));
    // The first one is for warming up.
    if (count > 0) rounds.push({ quote, bare });
  }
  await client.end();
  await running.stop();
  const row = (name: string, of: (sorted: readonly number[]) => number) => [
    name,
    spread(
      rounds.map(({ quote }) => of(quote)),
      2,
    ),
    spread(
      rounds.map(({ bare }) => of(bare)),
      2,
    ),
    figure(median(rounds.map(({ quote, bare }) => of(quote) / of(bare))), 1),
  ];
  report('Quotes, in ms', ['', 'quote over HTTP', 'SELECT 1', 'ratio'], [row('p50', median), row('p99', p99)]);
}

await main();
