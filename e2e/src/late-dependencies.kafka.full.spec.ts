import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { freePort } from '@chargemesh/embedded-postgres';
import { type Broker, startKafka } from '@chargemesh/messaging/testing';
import { type Environment, type Running, type ServiceName, migrateServices, startServices } from '@chargemesh/service';
import { SERVICE_PASSWORD, createDatabase, eventually } from '@chargemesh/testing';
import { rolesOf } from '@chargemesh/persistence';

const AWAY_MS = 30_000;

interface Started {
  readonly name: ServiceName;
  readonly url: string;
  readonly managementUrl: string;
  readonly log: string[];
  readonly running: Promise<Running>;
}

describe('six processes whose database and broker come late', () => {
  let broker: Broker;
  let database: Awaited<ReturnType<typeof createDatabase>>;
  const started: Started[] = [];

  const health = async ({ managementUrl }: Started, of: 'live' | 'ready') => {
    const response = await fetch(`${managementUrl}/health/${of}`);
    return { status: response.status, body: (await response.json()) as { reasons?: Record<string, string> } };
  };
  const all = async (holds: (service: Started) => Promise<boolean>): Promise<void> => {
    for (const service of started)
      await eventually(async () => {
        if (!(await holds(service))) throw new Error(`${service.name}:\n${service.log.slice(-20).join('')}`);
      });
  };
  const reason = (about: string, words: RegExp) => async (service: Started) => {
    const { reasons = {} } = (await health(service, 'ready')).body;
    return words.test(reasons[about === 'log' ? 'log' : `database of ${service.name}`] ?? '');
  };
  const lines = ({ log }: Started, words: string): number => log.filter((line) => line.includes(words)).length;
  /** Whether every outage of the log that was told is told to be over. */
  const isCalm = (service: Started): Promise<boolean> =>
    Promise.resolve(lines(service, 'the log is away') === lines(service, 'the log is back'));
  const loud = ({ log }: Started): string[] => log.filter((line) => /"level":"(warn|error)"/.test(line));

  beforeAll(async () => {
    broker = await startKafka();
    await broker.kill();
    database = await createDatabase();
    for (const service of services) {
      const databaseUrl = new URL(database.adminUrl);
      databaseUrl.username = rolesOf(service.schema).service;
      databaseUrl.password = SERVICE_PASSWORD;
      const [port, managementPort] = [await freePort(), await freePort()];
      const log: string[] = [];
      const environment: Environment = {
        HOST: '127.0.0.1',
        PORT: String(port),
        MANAGEMENT_PORT: String(managementPort),
        KAFKA_BROKERS: broker.brokers.join(','),
        SECRET_KEY: 'secret-key-of-a-test-01234567890123456789',
        DATABASE_URL: databaseUrl.toString(),
      };
      const overrides = { logDestination: { write: (line: string) => void log.push(line) } };
      const running = startServices({ services: [service], environment, overrides });
      running.catch(() => undefined);
      const [url, managementUrl] = [port, managementPort].map((one) => `http://127.0.0.1:${one}`) as [string, string];
      started.push({ name: service.name, url, managementUrl, log, running });
    }
  });

  afterAll(async () => {
    await Promise.all(started.map(async ({ running }) => (await running).stop()));
    await database?.drop();
    await broker?.stop();
  });

  it('are live and not ready, and say why', async () => {
    await all(reason('database', /\w/));
    await all(reason('log', /\w/));
    await all(async (service) => (await health(service, 'live')).status === 200);
    await all(async (service) => (await health(service, 'ready')).status === 503);
    await all(async ({ url }) => {
      const response = await fetch(`${url}/api/sessions/v1/sessions`);
      return response.status === 503 && response.headers.get('content-type') === 'application/problem+json';
    });
  });

  it('say a sentence about each', () => {
    for (const service of started) {
      const said = loud(service).filter((line) => line.includes('without which the process cannot start'));
      expect(said.map((line) => (JSON.parse(line) as { waitingFor: string }).waitingFor).sort()).toEqual([
        `database of ${service.name}`,
        'log',
      ]);
    }
  });

  it('start when the database was migrated and the broker is there', async () => {
    await migrateServices(services, { adminUrl: database.adminUrl, password: SERVICE_PASSWORD, embeddedLog: false });
    await all(async (service) => !(await reason('database', /\w/)(service)));
    await all(async (service) => (await health(service, 'ready')).status === 503);
    await broker.start();
    await Promise.all(started.map(({ running }) => running));
    await all(async (service) => (await health(service, 'ready')).status === 200);
  });

  it('say that the broker is there, if they said that it was away', () => all(isCalm));

  it('go on answering while the broker is away, but for the gateway, which could not acknowledge anything', async () => {
    for (const { log } of started) log.length = 0;
    await broker.kill();
    await all(reason('log', /\w/));
    await all(
      async (service) => (await health(service, 'ready')).status === (service.name === 'ocpp-gateway' ? 503 : 200),
    );
    await all(async (service) => (await health(service, 'live')).status === 200);
    await sleep(AWAY_MS);
    await broker.start();
    await all(async (service) => (await health(service, 'ready')).status === 200);
    await all(async (service) => lines(service, 'the log is back') > 0 && (await isCalm(service)));
  });

  it('logged one line when that began and one when it ended, and nothing else, not even at level info', async () => {
    // A broker that has just come back may be away again for a moment: it loads its groups one by one.
    await all(isCalm);
    for (const { log } of started) expect(log.filter((line) => !/the log is (away|back)/.test(line))).toEqual([]);
  });
});
