import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { type Broker, startKafka } from '@chargemesh/messaging/testing';
import { OcppError, type RpcPeer, connectStation } from '@chargemesh/ocpp';
import { Connection } from '@chargemesh/persistence';
import { FaultyProxy } from '@chargemesh/persistence/testing';
import { type Environment, type Running, migrateServices, startServices } from '@chargemesh/service';
import { SERVICE_PASSWORD, createDatabase, eventually } from '@chargemesh/testing';
import { createNetwork } from './network.js';

const INSTALLATION_API_KEY = 'installation-key-of-a-test-0123456789';
const GATEWAY_URL = 'OCPP_GATEWAY_DATABASE_URL';
const LEASE_MS = '10000';

let database: Awaited<ReturnType<typeof createDatabase>>;
let broker: Broker;
let proxy: FaultyProxy;
let admin: Connection;
let platform: Running;
let gateway: Running;

beforeAll(async () => {
  database = await createDatabase();
  broker = await startKafka();
  const { adminUrl } = database;
  const urls = await migrateServices(services, { adminUrl, password: SERVICE_PASSWORD, embeddedLog: false });
  proxy = await FaultyProxy.open(0, { host: new URL(adminUrl).hostname, port: Number(new URL(adminUrl).port) });
  admin = new Connection({ connectionString: adminUrl });
  await admin.connect();
  const environment: Environment = {
    ...urls,
    ...{ HOST: '127.0.0.1', PORT: '0', MANAGEMENT_PORT: '0', INSTALLATION_API_KEY, LEASE_MS },
    SECRET_KEY: 'secret-key-of-a-test-01234567890123456789',
    KAFKA_BROKERS: broker.brokers.join(','),
  };
  const overrides = { logDestination: { write: () => undefined } };
  const cutOff = new URL(urls[GATEWAY_URL] ?? '');
  [cutOff.hostname, cutOff.port] = ['127.0.0.1', String(proxy.port)];
  platform = await startServices({ services, environment, overrides });
  gateway = await startServices({
    services: services.filter(({ name }) => name === 'ocpp-gateway'),
    environment: { ...environment, [GATEWAY_URL]: cutOff.toString() },
    overrides,
  });
});

afterAll(async () => {
  await gateway?.stop();
  await platform?.stop();
  await proxy?.close();
  await admin?.end();
  await database?.drop();
  await broker?.stop();
});

const rows = async (sql: string, values: unknown[] = []) =>
  (await admin.query<Record<string, unknown>>(sql, values)).rows;

/** A process that is dead by its lease; when its station's row is closed, a look at all leases has come to its end. */
async function deadProcess(): Promise<string> {
  const [processId, stationId] = [randomUUID(), `CP-${randomUUID()}`];
  await rows(`INSERT INTO ocpp_gateway.pods (pod_id, name, lease_until) VALUES ($1, 'dead', now() - interval '1 s')`, [
    processId,
  ]);
  await rows('INSERT INTO ocpp_gateway.connections VALUES ($1, $2, 1, $3, true)', [stationId, randomUUID(), processId]);
  return stationId;
}

const isOpen = async (stationId: string) =>
  (await rows('SELECT open FROM ocpp_gateway.connections WHERE station_id = $1', [stationId]))[0]?.['open'];

it('a gateway that alone is cut off from its database keeps its stations, which are told as connected all the while', async () => {
  const { rest, stations } = await createNetwork(() => platform.url, INSTALLATION_API_KEY, { stations: 1, tokens: 0 });
  const { id: stationId, password } = stations[0]!;
  const station: RpcPeer<'ocpp1.6'> = await connectStation({
    ...{ url: `${gateway.url.replace('http', 'ws')}/ocpp`, stationId, version: 'ocpp1.6', password },
    answer: () => Promise.reject(new OcppError('NotSupported')),
  });
  const closed = seenOf(station.closed);
  const seen = () => rest.get<{ connected: boolean }>(`device-management/v1/stations/${stationId}`);
  await eventually(async () => expect(await seen()).toMatchObject({ connected: true }));
  const [held] = await rows('SELECT pod_id, epoch FROM ocpp_gateway.connections WHERE station_id = $1', [stationId]);
  const status = { connectorId: 1, errorCode: 'NoError', status: 'Available' } as const;

  proxy.silent = true;
  proxy.silence();
  const leaseIsOver = `SELECT lease_until < now() - interval '${LEASE_MS} ms' AS over FROM ocpp_gateway.pods WHERE pod_id = $1`;
  await eventually(async () => expect(await rows(leaseIsOver, [held?.['pod_id']])).toEqual([{ over: true }]));
  const dead = await deadProcess();
  await eventually(async () => expect(await isOpen(dead)).toBe(false));
  expect(await isOpen(stationId)).toBe(true);
  expect(await station.call('StatusNotification', { ...status, timestamp: new Date().toISOString() })).toEqual({});

  proxy.silent = false;
  const isBack = 'SELECT lease_until > now() AS back FROM ocpp_gateway.pods WHERE pod_id = $1';
  await eventually(async () => expect(await rows(isBack, [held?.['pod_id']])).toEqual([{ back: true }]));
  const next = await deadProcess();
  await eventually(async () => expect(await isOpen(next)).toBe(false));
  expect(await seen()).toMatchObject({ connected: true });
  expect(await rows('SELECT pod_id, epoch FROM ocpp_gateway.connections WHERE station_id = $1', [stationId])).toEqual([
    held,
  ]);
  expect(closed.happened).toBe(false);
  station.terminate();
});

function seenOf(promise: Promise<unknown>): { happened: boolean } {
  const seen = { happened: false };
  void promise.then(() => (seen.happened = true));
  return seen;
}
