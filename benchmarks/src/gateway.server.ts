/**
 * The servers of the gateway's benchmarks: `bare` is what `ws` and JSON can do, `gateway` is the service itself with
 * stations that may send what they can, `bounded` with its limits for each, on the embedded log, `unlimited` there without them.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StationCredentialState, newEvent } from '@chargemesh/contracts';
import type { Producer } from '@chargemesh/messaging';
import { ocppGatewayService } from '@chargemesh/ocpp-gateway';
import { PRODUCER, SecretHasher, migrateServices, startServices } from '@chargemesh/service';
import { WebSocketServer } from 'ws';
import { serve } from './measure.js';
import { OPERATOR, PASSWORD, STATIONS, stationIdOf } from './stations.js';
import { environment } from './environment.js';

const answers: Readonly<Record<string, () => object>> = {
  Heartbeat: () => ({ currentTime: new Date().toISOString() }),
};

async function bare(): Promise<void> {
  const http = createServer();
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const [, id, action] = JSON.parse(data.toString()) as [number, string, string];
      socket.send(JSON.stringify([3, id, answers[action]?.() ?? {}]));
    });
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  serve(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`, () => Promise.resolve());
}

const unbounded = {
  TRANSPORT: 'kafka',
  KAFKA_BROKERS: process.env['BENCHMARK_KAFKA_BROKERS'] ?? '',
  STATION_MESSAGES_PER_S: '1000000',
  STATION_MESSAGES_BURST: '1000000',
  STATION_BYTES_PER_S: '1000000000',
  STATION_ENTRIES_PER_S: '1000000',
};
const bounded = { TRANSPORT: 'embedded' };

async function gateway(kind: { readonly TRANSPORT: string }): Promise<void> {
  const services = [ocppGatewayService];
  const urls = await migrateServices(services, {
    adminUrl: process.env['BENCHMARK_DATABASE_URL'] ?? '',
    password: 'benchmark',
    embeddedLog: kind.TRANSPORT === 'embedded',
  });
  const measured = { ...environment, ...kind, LOG_LEVEL: 'error', DRAIN_MS: '0', ...urls };
  const running = await startServices({ services, environment: measured });
  const hash = running.app.get(SecretHasher, { strict: false }).hash(PASSWORD);
  await running.app.get<Producer>(PRODUCER, { strict: false }).send(credentials(hash));
  serve(running.url.replace('http', 'ws'), () => running.stop());
}

/** As device-management would tell them. */
function credentials(passwordHash: string) {
  const about = { operatorId: OPERATOR, time: '2026-01-01T00:00:00Z' };
  const station = { operatorId: OPERATOR, version: 1, deleted: false, securityProfile: 1, heartbeatIntervalS: 300 };
  const opened = { ...station, passwordHashes: [passwordHash], registration: 'Accepted' as const };
  return Array.from({ length: STATIONS }, (_, index) =>
    newEvent(StationCredentialState, { ...about, data: { ...opened, stationId: stationIdOf(index) } }),
  );
}

switch (process.argv[2]) {
  case 'bare':
    await bare();
    break;
  case 'bounded':
    await gateway(bounded);
    break;
  case 'unlimited':
    await gateway({ ...unbounded, ...bounded });
    break;
  default:
    await gateway(unbounded);
}
