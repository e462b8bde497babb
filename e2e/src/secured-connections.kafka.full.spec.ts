import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { type SecuredBroker, startSecuredKafka } from '@chargemesh/messaging/testing';
import { Connection } from '@chargemesh/persistence';
import { type Authority, type Certificate, createAuthority, joined } from '@chargemesh/persistence/testing';
import { type Environment, type Running, migrateServices, startServices } from '@chargemesh/service';
import { simulate } from '@chargemesh/station-simulator';
import { eventually } from '@chargemesh/testing';
import { createNetwork } from './network.js';
import { billed, cdrsOf, expected } from './reconcile.js';
import { type SecuredPostgres, startSecuredPostgres } from './secured-postgres.js';

const INSTALLATION_API_KEY = 'installation-key-of-a-test-0123456789';
const [username, password] = ['chargemesh', 'secret-of-the-broker'];

describe('the platform on a database and a broker that demand TLS and a login', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chargemesh-secured-'));
  let authority: Authority;
  let own: Certificate;
  let postgres: SecuredPostgres;
  let broker: SecuredBroker;
  let settings: Environment;

  const secretFile = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, `${text}\n`);
    return file;
  };
  const words = () =>
    new URLSearchParams({
      sslmode: 'verify-full',
      sslrootcert: authority.caFile,
      sslcert: own.certFile,
      sslkey: own.keyFile,
    }).toString();

  beforeAll(async () => {
    authority = await createAuthority(folder);
    own = await authority.issue('us');
    postgres = await startSecuredPostgres(folder, authority);
    const { certFile, keyFile } = await authority.issue('broker', { names: ['localhost'] });
    const keyStore = secretFile('broker.pem', await joined(keyFile, certFile));
    broker = await startSecuredKafka({ keyStore, caFile: authority.caFile, username, password });
    const adminUrl = `${postgres.adminUrl}?${words()}`;
    const urls = await migrateServices(services, { adminUrl, password: 'of-the-services', embeddedLog: false });
    const urlFiles = Object.entries(urls).map(([name, url]) => {
      const [bare = ''] = url.split('?');
      return [`${name}_FILE`, secretFile(name, bare)];
    });
    settings = {
      HOST: '127.0.0.1',
      PORT: '0',
      MANAGEMENT_PORT: '0',
      INSTALLATION_API_KEY,
      SECRET_KEY_FILE: secretFile('secret-key', 'secret-key-of-a-test-01234567890123456789'),
      ...Object.fromEntries(urlFiles),
      DATABASE_TLS: 'true',
      DATABASE_TLS_CA_FILE: authority.caFile,
      DATABASE_TLS_CERT_FILE: own.certFile,
      DATABASE_TLS_KEY_FILE: own.keyFile,
      KAFKA_BROKERS: broker.saslBrokers.join(','),
      KAFKA_TLS: 'true',
      KAFKA_TLS_CA_FILE: authority.caFile,
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: username,
      KAFKA_SASL_PASSWORD_FILE: secretFile('kafka-password', password),
      SESSION_QUIET_S: '1',
    };
  });

  afterAll(async () => {
    await broker?.stop();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts all six in one process, and says what it logged if that fails. */
  async function started(environment: Environment, log: string[] = []): Promise<Running> {
    const overrides = { logDestination: { write: (line: string) => void log.push(line) } };
    return startServices({ services, environment, overrides }).catch((error: unknown) => {
      throw new Error(log.slice(-10).join(''), { cause: error });
    });
  }

  it('takes a session of each version from the socket to the CDR, with secrets from files', async () => {
    const running = await started(settings);
    try {
      const network = await createNetwork(() => running.url, INSTALLATION_API_KEY, { stations: 3, tokens: 3 });
      const ledger = await simulate({
        url: `${running.url.replace('http', 'ws')}/ocpp`,
        stations: network.stations,
        idTokens: network.tokens,
        clock: { now: () => new Date(Date.now() - 40 * 86_400_000) },
        sessions: 3,
        timeScale: 500,
        backoffMs: [200, 2_000],
        deadlineMs: 120_000,
      });
      expect(ledger.complete).toBe(true);
      expect(billed(await cdrsOf(network.rest, ledger))).toEqual(expected(ledger));
    } finally {
      await running.stop();
    }
  });

  it.each([
    ['no TLS', () => '', /no encryption|SSL off|no pg_hba/],
    ['no certificate of ours', () => `sslmode=verify-full&sslrootcert=${authority.caFile}`, /certificate/],
    ['a server of an authority that is not trusted', () => 'sslmode=verify-full', /certificate/],
  ])('is not let in by PostgreSQL with %s', async (_, query, reason) => {
    const connection = new Connection({ connectionString: `${postgres.adminUrl}?${query()}` });
    await expect(connection.connect()).rejects.toThrow(reason);
  });

  it('does not speak to a server by a name that its certificate does not have', async () => {
    const url = `${postgres.adminUrl.replace('localhost', '127.0.0.1')}?${words()}`;
    await expect(new Connection({ connectionString: url }).connect()).rejects.toThrow(/127\.0\.0\.1/);
  });

  it("waits while it does not trust Kafka's certificate, says so, and starts when it does", async () => {
    const log: string[] = [];
    const caFile = join(folder, 'trusted.crt');
    copyFileSync((await createAuthority(folder, 'foreign')).caFile, caFile);
    const starting = started({ ...settings, KAFKA_TLS_CA_FILE: caFile }, log);
    starting.catch(() => undefined);
    await eventually(() => expect(log.find((line) => line.includes('waiting for the log'))).toContain('certificate'));
    copyFileSync(authority.caFile, caFile);
    await (await starting).stop();
  });
});
