import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toWire } from '@chargemesh/contracts';
import { type Authority, createAuthority, joined } from '@chargemesh/persistence/testing';
import { eventually } from '@chargemesh/waiting';
import { Telemetry } from '../telemetry.js';
import { type SecuredBroker, startSecuredKafka } from '../testing/broker.js';
import { ledgerTopic, silent } from '../testing/ledger.js';
import { TokenServer } from '../testing/token-server.js';
import type { KafkaSecurity } from './security.js';
import { KafkaTransport } from './transport.js';

const [username, password] = ['us', 'our-secret'];
/** kafkajs logs in again ten seconds before that. */
const LOGIN_LASTS_MS = 12_000;

describe('a broker that demands TLS and a login', () => {
  let folder: string;
  let authority: Authority;
  let broker: SecuredBroker;
  let tokens: TokenServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chargemesh-kafka-security-'));
    authority = await createAuthority(folder);
    const { certFile, keyFile } = await authority.issue('broker', { names: ['localhost'] });
    const keyStore = join(folder, 'broker.pem');
    await writeFile(keyStore, await joined(keyFile, certFile));
    const { caFile } = authority;
    broker = await startSecuredKafka({ keyStore, caFile, username, password, loginLastsMs: LOGIN_LASTS_MS });
    tokens = await TokenServer.open();
  });

  afterAll(async () => {
    await tokens?.close();
    await broker?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const transportOf = (security: KafkaSecurity, brokers = broker.saslBrokers): KafkaTransport =>
    new KafkaTransport({ brokers, clientId: 'secured', logger: silent, telemetry: new Telemetry(), security });
  const oauth = () => {
    const client = { tokenUrl: tokens.url, clientId: 'us', clientSecret: password };
    return { tls: authority, sasl: { mechanism: 'oauthbearer', ...client } } as const;
  };

  /** Everything that needs a connection of its own: the administrator's, the producer's and a consumer's. */
  async function charged(transport: KafkaTransport): Promise<void> {
    const { topic, posting } = ledgerTopic(1);
    const heard: string[] = [];
    await transport.start();
    await transport.ensureTopics([topic]);
    const reader = await transport.consume(topic, `secured.${topic.name}`, async (records) => {
      heard.push(...records.map(({ key }) => key));
    });
    await transport.produce([{ topic: topic.name, ...toWire(posting('a', 1), 'tests') }]);
    await eventually(() => expect(heard).toHaveLength(1));
    await reader.stop();
    await transport.close();
  }

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('is used by %s', (mechanism) =>
    charged(transportOf({ tls: authority, sasl: { mechanism, username, password } })),
  );

  it('is used by OAUTHBEARER, with a token of the client', () => charged(transportOf(oauth())));

  it('is used by a certificate of our own', async () => {
    const own = await authority.issue('us');
    await charged(transportOf({ tls: { ...authority, ...own } }, broker.mutualTlsBrokers));
  });

  it('is told a token anew before the login is over, and goes on', async () => {
    tokens.lifetimeS = LOGIN_LASTS_MS / 1_000;
    const asked = tokens.requests.length;
    const transport = transportOf(oauth());
    const { topic, posting } = ledgerTopic(1);
    await transport.start();
    await transport.ensureTopics([topic]);
    for (let number = 1; tokens.requests.length < asked + 2; number++) {
      await transport.produce([{ topic: topic.name, ...toWire(posting('a', number), 'tests') }]);
      await new Promise((next) => setTimeout(next, 200));
    }
    await transport.produce([{ topic: topic.name, ...toWire(posting('b', 1), 'tests') }]);
    await transport.close();
  });

  it('is used by a renewed certificate as soon as it is in its file', async () => {
    const foreign = await (await createAuthority(folder, 'foreign')).issue('stranger');
    const own = await authority.issue('renewed');
    const transport = transportOf({ tls: { ...authority, ...foreign } }, broker.mutualTlsBrokers);
    await expect(transport.start()).rejects.toThrow();
    await copyFile(own.certFile, foreign.certFile);
    await copyFile(own.keyFile, foreign.keyFile);
    await charged(transport);
  });

  it('is not used when its certificate is of somebody else, or for another name', async () => {
    const foreign = await createAuthority(folder, 'another');
    const sasl = { mechanism: 'plain', username, password } as const;
    await expect(transportOf({ tls: foreign, sasl }).start()).rejects.toThrow(/certificate/);
    const tls = { ...authority, serverName: 'other.example' };
    await expect(transportOf({ tls, sasl }).start()).rejects.toThrow(/other\.example/);
  });

  it('says that a password is wrong, which passes when it is made right', async () => {
    const sasl = { mechanism: 'scram-sha-512', username, password: 'wrong' } as const;
    await expect(transportOf({ tls: authority, sasl }).start()).rejects.toMatchObject({
      name: 'KafkaJSSASLAuthenticationError',
    });
  });

  it('says why no token could be had', async () => {
    tokens.instead = { status: 403, body: 'no' };
    await expect(transportOf(oauth()).start()).rejects.toThrow(/no access token .* 403/);
    tokens.instead = undefined;
  });
});
