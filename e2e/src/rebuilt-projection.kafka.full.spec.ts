import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { commands, run } from '@chargemesh/cli';
import { LocationState, newEvent } from '@chargemesh/contracts';
import { freePort } from '@chargemesh/embedded-postgres';
import { KafkaTransport, Telemetry, producerOf } from '@chargemesh/messaging';
import { type Broker, startKafka } from '@chargemesh/messaging/testing';
import { Connection, rolesOf } from '@chargemesh/persistence';
import { type Running, migrateServices, startServices } from '@chargemesh/service';
import { SERVICE_PASSWORD, createDatabase, eventually } from '@chargemesh/testing';
import { shellOf, snippetsOf } from './snippets.js';

const PAGE = 'docs/how-to-add-a-projection.md';
const [operatorId, locationId] = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-0000000000a1'];
const sessions = services.filter(({ name }) => name === 'sessions');
const logger = { debug: ignored, info: ignored, warn: ignored, error: ignored };

function ignored(): void {
  // What is logged says nothing of what is kept.
}

function location(version: number, name: string) {
  const place = { name, address: 'Main St 1', city: 'Berlin', country: 'DEU', timeZone: 'Europe/Berlin' };
  const about = { locationId, operatorId, version, deleted: false, publish: true };
  const data = { ...about, ...place, coordinates: { latitude: '52.52000', longitude: '13.40495' } };
  return newEvent(LocationState, { operatorId, time: '2026-01-01T00:00:00Z', data });
}

describe('a projection that is built again as its page says', () => {
  let broker: Broker;
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let transport: KafkaTransport;
  let running: Running | undefined;

  const asAdmin = async (sql: string): Promise<object[]> => {
    const admin = new Connection({ connectionString: database.adminUrl });
    await admin.connect();
    try {
      return (await admin.query<object>(sql)).rows;
    } finally {
      await admin.end();
    }
  };
  const known = () => asAdmin('SELECT location_id, version, place FROM sessions.known_locations');
  const kafka = () => ({
    KAFKA_BROKERS: broker.brokers.join(','),
    KAFKA_REPLICATION_FACTOR: '1',
    KAFKA_MIN_IN_SYNC_REPLICAS: '1',
  });

  async function start(): Promise<void> {
    const databaseUrl = new URL(database.adminUrl);
    databaseUrl.username = rolesOf('sessions').service;
    databaseUrl.password = SERVICE_PASSWORD;
    const environment = {
      ...kafka(),
      HOST: '127.0.0.1',
      PORT: String(await freePort()),
      MANAGEMENT_PORT: String(await freePort()),
      SECRET_KEY: 'secret-key-of-a-test-01234567890123456789',
      DATABASE_URL: databaseUrl.toString(),
      LOG_LEVEL: 'fatal',
    };
    running = await startServices({ services: sessions, environment });
  }

  beforeAll(async () => {
    broker = await startKafka();
    database = await createDatabase();
    await migrateServices(sessions, { adminUrl: database.adminUrl, password: SERVICE_PASSWORD, embeddedLog: false });
    await start();
    transport = new KafkaTransport({
      brokers: broker.brokers,
      clientId: 'tests',
      logger,
      telemetry: new Telemetry(),
    });
    await transport.start();
  });

  afterAll(async () => {
    await running?.stop();
    await transport?.close();
    await database?.drop();
    await broker?.stop();
  });

  it('has its rows again, of the highest versions, from the log alone', async () => {
    const send = (...events: ReturnType<typeof location>[]) => producerOf('tests', transport).send(events);
    await send(location(1, 'Before'), location(3, 'Now'), location(2, 'Late'));
    await eventually(async () => expect(await known()).toMatchObject([{ version: 3, place: { name: 'Now' } }]));
    const before = await known();
    await running?.stop();

    await asAdmin(`UPDATE sessions.known_locations SET place = '{}'`);
    const [statement] = snippetsOf(PAGE, 'sql');
    await asAdmin(statement?.text ?? '');
    const [command = ''] = shellOf(PAGE);
    const written: string[] = [];
    const write = (text: string) => void written.push(text);
    const terminal = { stdin: (async function* () {})(), out: write, err: write, environment: kafka() };
    expect([await run(command.trim().split(' ').slice(1), terminal, commands), written.join('')]).toEqual([
      0,
      expect.stringMatching(/sessions\.devices\.locations\.v1 +3/),
    ]);

    await start();
    await eventually(async () => expect(await known()).toEqual(before));
  });
});
