import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Event,
  type OcppVersion,
  StationCommand,
  StationCredentialState,
  commandResults,
  newEvent,
  stationEvents,
} from '@chargemesh/contracts';
import { type ConnectionRefused, type Subprotocol, OcppError, type RpcPeer, connectStation } from '@chargemesh/ocpp';
import { Connection } from '@chargemesh/persistence';
import { SecretHasher } from '@chargemesh/service';
import { type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { ocppGatewayService } from './index.js';
import { NOW, OPERATOR } from './testing/ports.js';

const PASSWORD = 'a password of a station';

/** The whole service on the embedded log: what a station says is in the log when it is answered. */
describe('ocpp-gateway', () => {
  const spans = new InMemorySpanExporter();
  const tracing = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] });
  let services: TestServices;

  const about = { operatorId: OPERATOR, time: NOW };

  async function know(stationId: string): Promise<void> {
    const hash = services.app.get(SecretHasher, { strict: false }).hash(PASSWORD);
    const credential = { stationId, operatorId: OPERATOR, version: 1, deleted: false, securityProfile: 1 };
    const data = { ...credential, passwordHashes: [hash], registration: 'Accepted' as const, heartbeatIntervalS: 300 };
    await services.send([newEvent(StationCredentialState, { ...about, data })]);
  }

  function connect<V extends Subprotocol>(stationId: string, version: V): Promise<RpcPeer<V>> {
    const url = `${services.url.replace('http', 'ws')}/ocpp`;
    const answer = ({ action }: { action: string }) =>
      action === 'Reset' ? Promise.resolve({ status: 'Accepted' }) : Promise.reject(new OcppError('NotSupported'));
    return eventually(() => connectStation({ url, stationId, version, password: PASSWORD, answer }));
  }

  async function eventsOf(stationId: string): Promise<Event[]> {
    return (await services.told(stationEvents)).filter(({ key }) => key === stationId);
  }

  beforeAll(async () => {
    trace.setGlobalTracerProvider(tracing);
    services = await startTestServices([ocppGatewayService], {
      environment: { AUTHORIZE_TIMEOUT_MS: '200', DRAIN_MS: '50' },
    });
    await services.admit({ operatorId: OPERATOR });
    await know('CP-16');
    await know('CP-20');
  });

  afterAll(async () => {
    await services.stop();
    trace.disable();
  });

  it('calls no password wrong while what was told of stations is not applied', async () => {
    const url = `${services.url.replace('http', 'ws')}/ocpp`;
    const answer = () => Promise.reject(new OcppError('NotSupported'));
    const refusals: number[] = [];
    const connecting = () =>
      connectStation({ url, stationId: 'CP-new', version: 'ocpp1.6', password: PASSWORD, answer }).catch(
        (error: unknown) => {
          refusals.push((error as ConnectionRefused).status);
          throw error;
        },
      );
    const blocking = new Connection({ connectionString: services.adminUrl });
    await blocking.connect();
    // Whoever reads goes on, and nobody writes.
    await blocking.query('BEGIN; LOCK TABLE ocpp_gateway.station_credentials IN SHARE MODE');
    await know('CP-new');
    await expect(connecting()).rejects.toThrow();
    await blocking.query('COMMIT');
    await blocking.end();
    const station = await eventually(connecting);
    expect(new Set(refusals)).toEqual(new Set([503]));
    await station.close();
  });

  it('is ready once it knows the stations', async () => {
    const ready = await eventually(async () => {
      const answer = await fetch(`${services.managementUrl}/health/ready`);
      const body = (await answer.json()) as { checks: object };
      if (answer.status !== 200) throw new Error(JSON.stringify(body));
      return body;
    });
    expect(ready.checks).toMatchObject({ 'station credentials': true });
  });

  it('carries a session of OCPP 1.6 into the log, in order and in one vocabulary', async () => {
    const station = await connect('CP-16', 'ocpp1.6');
    await station.call('BootNotification', { chargePointVendor: 'Acme', chargePointModel: 'One' });
    await station.call('StatusNotification', { connectorId: 1, status: 'Preparing', errorCode: 'NoError' });
    const start = { connectorId: 1, idTag: 'CARD1', meterStart: 100, timestamp: NOW };
    const { transactionId, idTagInfo } = await station.call('StartTransaction', start);
    // Nobody answers for sessions here, so the operator's default does.
    expect(idTagInfo).toEqual({ status: 'Invalid' });
    const meterValue = [{ timestamp: NOW, sampledValue: [{ value: '0.2', unit: 'kWh' as const }] }];
    await station.call('MeterValues', { connectorId: 1, transactionId, meterValue });
    await station.call('StopTransaction', { transactionId, meterStop: 300, timestamp: NOW });

    const events = await eventsOf('CP-16');
    expect(events.map(({ type }) => type)).toEqual([
      'station-connected',
      'station-booted',
      'connector-status-changed',
      'transaction-started',
      'transaction-updated',
      'transaction-ended',
    ]);
    expect(new Set(events.map(({ data }) => data['epoch'])).size).toBe(1);
    expect(events[3]?.data).toMatchObject({
      transactionId: String(transactionId),
      authorization: { status: 'Invalid', by: 'default' },
    });
    expect(events[4]?.data).toMatchObject({ samples: [{ values: [{ value: 200, unit: 'Wh' }] }] });
    await station.close();
    await eventually(async () => expect((await eventsOf('CP-16')).at(-1)?.type).toBe('station-disconnected'));
  });

  it('carries a session of OCPP 2.0.1 into the log, each event with the trace of its frame', async () => {
    const station = await connect('CP-20', 'ocpp2.0.1');
    await station.call('BootNotification', {
      reason: 'PowerUp',
      chargingStation: { vendorName: 'Acme', model: 'Two' },
    });
    const event = { timestamp: NOW, transactionInfo: { transactionId: 'T-1' }, evse: { id: 1, connectorId: 1 } };
    await station.call('TransactionEvent', {
      ...event,
      eventType: 'Started',
      triggerReason: 'CablePluggedIn',
      seqNo: 0,
    });
    await station.call('TransactionEvent', { ...event, eventType: 'Ended', triggerReason: 'EVDeparted', seqNo: 1 });
    const events = await eventsOf('CP-20');
    expect(events.map(({ type, data }) => [type, data['seqNo']])).toEqual([
      ['station-connected', undefined],
      ['station-booted', undefined],
      ['transaction-started', 0],
      ['transaction-ended', 1],
    ]);
    expect(events[0]?.data).toMatchObject({ ocppVersion: '2.0.1' satisfies OcppVersion });
    const frames = spans.getFinishedSpans().filter(({ name }) => name === '2.0.1 TransactionEvent');
    const parents = frames.map((span) => `00-${span.spanContext().traceId}-${span.spanContext().spanId}-01`);
    expect(events.slice(2).map(({ traceparent }) => traceparent)).toEqual(parents);
    await station.close();
  });

  it('sends a command to the station and publishes its result', async () => {
    const station = await connect('CP-16', 'ocpp1.6');
    const commandId = randomUUID();
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const command = { name: 'Reset', kind: 'Immediate' } as const;
    const data = { commandId, stationId: 'CP-16', askedBy: 'device-management', expiresAt, command };
    await services.send([newEvent(StationCommand, { ...about, data })]);
    const result = await eventually(async () => {
      const [found] = (await services.told(commandResults)).filter((event) => event.data['commandId'] === commandId);
      if (!found) throw new Error('no result yet');
      return found;
    });
    expect(result.data).toMatchObject({ status: 'accepted', askedBy: 'device-management' });
    await station.close();
  });

  it('counts its connections and frames', async () => {
    const station = await connect('CP-16', 'ocpp1.6');
    await station.call('Heartbeat', {});
    const text = await (await fetch(`${services.managementUrl}/metrics`)).text();
    expect(text).toMatch(/^chargemesh_ocpp_stations_connected(\{.*\})? 1/m);
    expect(text).toMatch(
      /^chargemesh_ocpp_answer_duration_seconds_count\{.*action="Heartbeat".*result="answered".*\} 1/m,
    );
    await station.close();
  });

  it('leaves requests that offer HTTP/2 to the interfaces', async () => {
    const { request } = await import('node:http');
    const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': '' };
    const status = await new Promise((resolve) => {
      request(`${services.url}/api/openapi.json`, { headers }, ({ statusCode }) => resolve(statusCode)).end();
    });
    expect(status).toBe(200);
  });
});
