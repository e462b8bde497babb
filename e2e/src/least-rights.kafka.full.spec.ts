import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { allTopics } from '@chargemesh/contracts';
import { BrokerTopics } from '@chargemesh/messaging';
import { type AccessRule, type SecuredBroker, grant, startSecuredKafka } from '@chargemesh/messaging/testing';
import { createAuthority, joined } from '@chargemesh/persistence/testing';
import { type Environment, type Running, databaseSettingOf, migrateServices, startServices } from '@chargemesh/service';
import { simulate } from '@chargemesh/station-simulator';
import { INSTALLATION_API_KEY, SERVICE_PASSWORD, createDatabase, eventually, until } from '@chargemesh/testing';
import { type Network, createNetwork } from './network.js';
import { RawStation } from './raw-station.js';
import { billed, cdrsOf, expected } from './reconcile.js';

jest.setTimeout(300_000);
const password = 'secret-of-the-broker';
const LIVE = { 'device-management': 'stations', sessions: 'sessions', tariffs: 'cdrs' };

interface KafkaUser {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly authorization: { readonly acls: readonly AccessRule[] } };
}

/** Those of the GitOps example. */
async function declaredUsers(): Promise<KafkaUser[]> {
  const tool = (await import(new URL('../../helm/tools/strimzi.mjs', import.meta.url).href)) as {
    users(): KafkaUser[];
  };
  return tool.users();
}

describe('a broker that refuses what the access lists of the services do not grant', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chargemesh-rights-'));
  const log: string[] = [];
  const running = new Map<string, Running>();
  let broker: SecuredBroker;
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let network: Network;

  const addressOf = (service: string): string => running.get(service)?.url ?? '';
  const ocpp = () => `${addressOf('ocpp-gateway').replace('http', 'ws')}/ocpp`;

  beforeAll(async () => {
    const authority = await createAuthority(folder);
    const { certFile, keyFile } = await authority.issue('broker', { names: ['localhost'] });
    const keyStore = join(folder, 'broker.pem');
    writeFileSync(keyStore, await joined(keyFile, certFile));
    const users = await declaredUsers();
    const names = users.map(({ metadata }) => metadata.name);
    const { caFile } = authority;
    broker = await startSecuredKafka({ keyStore, caFile, username: 'nobody', password, users: names });
    for (const { metadata, spec } of users) await grant(broker.brokers, metadata.name, spec.authorization.acls);
    const topics = await BrokerTopics.open({ brokers: broker.brokers, clientId: 'topics' });
    await topics.create(allTopics());
    await topics.close();
    database = await createDatabase();
    await start(caFile);
    network = await createNetwork(addressOf, INSTALLATION_API_KEY, { stations: 3, tokens: 3 });
  });

  afterAll(async () => {
    await Promise.all([...running.values()].map((service) => service.stop()));
    await broker?.stop();
    await database?.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Each service by itself, as the user that is its own. */
  async function start(caFile: string): Promise<void> {
    const { adminUrl } = database;
    const urls = await migrateServices(services, { adminUrl, password: SERVICE_PASSWORD, embeddedLog: false });
    const shared: Environment = {
      ...{ HOST: '127.0.0.1', PORT: '0', MANAGEMENT_PORT: '0', LOG_LEVEL: 'debug', SESSION_QUIET_S: '1' },
      ...{ INSTALLATION_API_KEY, SECRET_KEY: 'secret-key-of-a-test-01234567890123456789' },
      ...{ KAFKA_BROKERS: broker.saslBrokers.join(','), KAFKA_TLS: 'true', KAFKA_TLS_CA_FILE: caFile },
      ...{ KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_PASSWORD: password },
    };
    const logDestination = { write: (line: string) => void log.push(line) };
    for (const service of services) {
      const own = {
        KAFKA_SASL_USERNAME: `chargemesh-${service.name}`,
        DATABASE_URL: urls[databaseSettingOf(service.name)],
      };
      const environment = { ...shared, ...own };
      running.set(
        service.name,
        await startServices({ services: [service], environment, overrides: { logDestination } }),
      );
    }
  }

  it('lets sessions of each version be charged, billed and entered', async () => {
    const ledger = await simulate({
      ...{ url: ocpp(), stations: network.stations, idTokens: network.tokens, sessions: 3, deadlineMs: 120_000 },
      ...{ timeScale: 500, clock: { now: () => new Date(Date.now() - 40 * 86_400_000) } },
    });
    expect(billed(await cdrsOf(network.rest, ledger))).toEqual(expected(ledger));
    const entries = () => network.rest.get<{ items: unknown[] }>('payments/v1/ledger-entries');
    await until(async () => (await entries()).items.length === 3);
  });

  it('lets a station be told what to do, and its answer come back', async () => {
    const [spec] = network.stations;
    if (!spec) throw new Error('there is no station');
    const station = await RawStation.connect(ocpp(), spec);
    station.answer = (messageId) => `[3,"${messageId}",{"status":"Accepted"}]`;
    await station.say('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' });
    const command = { stationId: spec.id, tokenUid: network.tokens[0] };
    const { id } = await eventually(() => network.rest.post<{ id: string }>('sessions/v1/remote-starts', command));
    const found = () => network.rest.get<{ status: string }>(`sessions/v1/remote-starts/${id}`);
    await until(async () => (await found()).status === 'accepted');
    station.close();
  });

  it.each(Object.entries(LIVE))('lets what changes at %s be followed live', async (service, things) => {
    const headers = { authorization: `Bearer ${network.apiKey}` };
    const answer = await fetch(`${addressOf(service)}/api/${service}/v1/${things}/live`, { headers });
    expect(answer.status).toBe(200);
    await answer.body?.cancel();
  });

  it('has refused nobody anything', () => {
    expect(log.length).toBeGreaterThan(0);
    expect(log.filter((line) => /authori[sz]ation failed|AUTHORIZATION_FAILED|not authorized/i.test(line))).toEqual([]);
  });
});
