/** payments and tariffs on the embedded log, with EVSEs to pay at, in a process of their own: what `checkout.ts` measures. */
import { randomBytes } from 'node:crypto';
import { ApiKeyState, type Event, LocationState, OperatorState, StationState, newEvent } from '@chargemesh/contracts';
import type { Producer } from '@chargemesh/messaging';
import { paymentsService } from '@chargemesh/payments';
import { PRODUCER, SecretHasher, migrateServices, startServices } from '@chargemesh/service';
import { tariffsService } from '@chargemesh/tariffs';
import { eventually } from '@chargemesh/waiting';
import { v7 as uuidv7 } from 'uuid';
import { environment } from './environment.js';
import { serve } from './measure.js';

const SINCE = '2026-01-01T00:00:00Z';
const [evses = '0'] = process.argv.slice(2);
const adminUrl = process.env['BENCHMARK_DATABASE_URL'] ?? '';
const operatorId = uuidv7();
const locationId = uuidv7();
const known = { version: 1, deleted: false };

function stationState(index: number): Event {
  const kind = { standard: 'IEC_62196_T2', format: 'SOCKET', powerType: 'AC_3_PHASE' } as const;
  const connector = { connectorId: 1, ...kind, maxVoltage: 230, maxAmperage: 32, status: 'Available' as const };
  const evse = { evseId: 1, evseUid: `CS-${index}-1`, evseRef: `DE*ABC*ECS${index}*1`, connectors: [connector] };
  const station = { stationId: `CS-${index}`, operatorId, locationId, released: true, connected: true };
  return newEvent(StationState, { operatorId, time: SINCE, data: { ...station, evses: [evse], ...known } });
}

function events(apiKeyHash: string): Event[] {
  const about = { operatorId, time: SINCE };
  const operator = { operatorId, name: 'Operator', countryCode: 'DE', partyId: 'ABC', currency: 'EUR' };
  const defaults = { authorizationDefault: 'Invalid', believedEnergyWh: 100_000 } as const;
  const key = { apiKeyId: uuidv7(), operatorId, name: 'benchmark', hash: apiKeyHash, role: 'admin' as const };
  const place = { name: 'Car park', address: 'Street 1', city: 'Berlin', country: 'DEU', timeZone: 'Europe/Berlin' };
  const coordinates = { latitude: '52.500000', longitude: '13.400000' };
  const location = { locationId, operatorId, ...place, coordinates, publish: true, helpPhone: '+49 30 123456' };
  return [
    newEvent(OperatorState, { ...about, data: { ...operator, ...defaults, ...known } }),
    newEvent(ApiKeyState, { ...about, data: { ...key, ...known } }),
    newEvent(LocationState, { ...about, data: { ...location, ...known } }),
    ...Array.from({ length: Number(evses) }, (_, index) => stationState(index)),
  ];
}

const services = [paymentsService, tariffsService];
const urls = await migrateServices(services, { adminUrl, password: 'benchmark' });
const limits = {
  OPEN_REQUESTS_PER_MINUTE: '1000000',
  CHECKOUTS_PER_ADDRESS_PER_MINUTE: '1000000',
  PRICE_TIMEOUT_MS: '30000',
};
const running = await startServices({
  services,
  environment: { ...environment, ...urls, ...limits, SANDBOX_PAYMENTS: 'true', PLUG_TIMEOUT_S: '3600' },
});
const apiKey = `cmk_${randomBytes(32).toString('base64url')}`;
const hash = running.app.get(SecretHasher, { strict: false }).hash(apiKey);
await running.app.get<Producer>(PRODUCER, { strict: false }).send(events(hash));

async function put(path: string, body: unknown): Promise<void> {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const url = `${running.url}/api/tariffs/v1/${path}`;
  const answer = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
}

const elements = [
  { price_components: [{ type: 'ENERGY', price: 0.49, vat: 19, step_size: 1 }] },
  { price_components: [{ type: 'PARKING_TIME', price: 6, vat: 19, step_size: 60 }] },
];
const tariffId = uuidv7();
await eventually(() => put(`tariffs/${tariffId}`, { name: 'Ad hoc', tariff: { currency: 'EUR', elements } }));
await put(`tariff-assignments/${uuidv7()}`, { tariffId, target: { scope: 'operator' }, validFrom: SINCE });
await eventually(async () => {
  const page = await (await fetch(`${running.url}/pay/CS-${Number(evses) - 1}:1`)).text();
  if (!page.includes('<form method="post"')) throw new Error('the last EVSE cannot be paid at yet');
});
serve(running.url, () => running.stop());
