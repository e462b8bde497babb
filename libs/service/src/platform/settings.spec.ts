import { describe, expect, it } from '@jest/globals';
import { readDatabaseUrls } from './database-settings.js';
import { kafkaSecurityOf } from './kafka-settings.js';
import { misspelledIn } from './known-settings.js';
import { readPlatformSettings } from './settings.js';

const SECRET_KEY = 'k'.repeat(32);
const embedded = { SECRET_KEY, TRANSPORT: 'embedded', EMBEDDED_LOG_DATABASE_URL: 'postgres://log' };

describe('the settings of the platform', () => {
  it('have defaults for all but secrets and addresses', () => {
    expect(readPlatformSettings(embedded)).toMatchObject({
      PORT: 8080,
      LOG_LEVEL: 'info',
      HTTP_BODY_LIMIT_BYTES: 1_000_000,
    });
  });

  it('take proxies as addresses, networks and well-known names', () => {
    const { TRUSTED_PROXIES } = readPlatformSettings({
      ...embedded,
      TRUSTED_PROXIES: 'loopback, 10.0.0.0/8,2001:db8::1',
    });
    expect(TRUSTED_PROXIES).toEqual(['loopback', '10.0.0.0/8', '2001:db8::1']);
  });

  it('name everything that is wrong at once', () => {
    expect(() => readPlatformSettings({ PORT: 'x', SHUTDOWN_TIMEOUT_MS: '1' })).toThrow(
      /PORT .*SECRET_KEY .*SHUTDOWN_TIMEOUT_MS/,
    );
  });

  it.each([
    ['Kafka without brokers', { SECRET_KEY, TRANSPORT: 'kafka' }, /KAFKA_BROKERS/],
    ['the embedded log without its database', { SECRET_KEY, TRANSPORT: 'embedded' }, /EMBEDDED_LOG_DATABASE_URL/],
    ['half of OpenID Connect', { ...embedded, OIDC_ISSUER: 'https://x' }, /together/],
    [
      'a proxy that is no network',
      { ...embedded, TRUSTED_PROXIES: 'loopback, 10.0.0.0/33' },
      /TRUSTED_PROXIES .*10.0.0.0\/33/,
    ],
    ['a proxy by its name', { ...embedded, TRUSTED_PROXIES: 'proxy.local' }, /TRUSTED_PROXIES .*proxy.local/],
    ['a short installation key', { ...embedded, INSTALLATION_API_KEY: 'short' }, /INSTALLATION_API_KEY/],
  ])('refuse %s', (_, environment, sentence) => {
    expect(() => readPlatformSettings(environment)).toThrow(sentence);
  });

  it('find the database of a single service in DATABASE_URL, and of several by their names', () => {
    expect(readDatabaseUrls(['sessions'], { DATABASE_URL: 'postgres://a' })).toEqual(
      new Map([['sessions', 'postgres://a']]),
    );
    const both = { OCPP_GATEWAY_DATABASE_URL: 'postgres://g', SESSIONS_DATABASE_URL: 'postgres://s' };
    expect(readDatabaseUrls(['ocpp-gateway', 'sessions'], both).get('ocpp-gateway')).toBe('postgres://g');
    expect(() => readDatabaseUrls(['ocpp-gateway', 'sessions'], { DATABASE_URL: 'postgres://a' })).toThrow(
      /OCPP_GATEWAY_DATABASE_URL, SESSIONS_DATABASE_URL/,
    );
  });

  it('are warned of when a variable nearly is one', () => {
    const variables = {
      DATABSE_URL: 'x',
      SECRET_KEY_FIL: 'x',
      KAFKA_BROKERS: 'x',
      KAFKA_PORT: 'tcp://x',
      PATH: '/bin',
    };
    expect(misspelledIn(variables, [])).toEqual([
      { name: 'DATABSE_URL', meant: 'DATABASE_URL' },
      { name: 'SECRET_KEY_FIL', meant: 'SECRET_KEY_FILE' },
    ]);
  });
});

describe('the settings of connections', () => {
  const kafka = { SECRET_KEY, TRANSPORT: 'kafka', KAFKA_BROKERS: 'broker.example:9093' };
  const login = { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'us', KAFKA_SASL_PASSWORD: 'secret' };
  const oauth = {
    KAFKA_SASL_MECHANISM: 'oauthbearer',
    KAFKA_OAUTH_TOKEN_URL: 'https://login.example/token',
    KAFKA_OAUTH_CLIENT_ID: 'us',
    KAFKA_OAUTH_CLIENT_SECRET: 'secret',
  };
  const tls = { KAFKA_TLS: 'true' };

  it.each([
    ['neither TLS nor login', {}, {}],
    ['TLS by the certificates of Node', tls, { tls: {} }],
    [
      'PLAIN by TLS',
      { ...tls, ...login },
      { tls: {}, sasl: { mechanism: 'plain', username: 'us', password: 'secret' } },
    ],
    [
      'PLAIN to loopback',
      { ...login, KAFKA_BROKERS: '127.0.0.1:9092,localhost:9093' },
      { sasl: { mechanism: 'plain' } },
    ],
    ['SCRAM', { ...login, KAFKA_SASL_MECHANISM: 'scram-sha-512' }, { sasl: { mechanism: 'scram-sha-512' } }],
    ['OAUTHBEARER', { ...tls, ...oauth }, { sasl: { mechanism: 'oauthbearer', clientId: 'us' } }],
  ])('take %s', (_, given, security) => {
    expect(kafkaSecurityOf(readPlatformSettings({ ...kafka, ...given }))).toMatchObject(security);
  });

  it.each([
    ['PLAIN without TLS', login, /plain shows its secret/],
    ['OAUTHBEARER without TLS', oauth, /oauthbearer shows its secret/],
    ['a name that only looks like loopback', { ...login, KAFKA_BROKERS: '127.0.0.1.example:9' }, /shows its secret/],
    ['a user without a mechanism', { KAFKA_SASL_USERNAME: 'us' }, /KAFKA_SASL_MECHANISM/],
    ['a mechanism without a user', { KAFKA_SASL_MECHANISM: 'scram-sha-256' }, /KAFKA_SASL_USERNAME/],
    ['a certificate without its key', { ...tls, KAFKA_TLS_CERT_FILE: 'x' }, /KAFKA_TLS_KEY_FILE/],
    ['files of TLS without TLS', { KAFKA_TLS_CA_FILE: 'x' }, /KAFKA_TLS must be true/],
    ['a client secret by http', { ...tls, ...oauth, KAFKA_OAUTH_TOKEN_URL: 'http://x.example/t' }, /must be https/],
    ['half of the client', { ...tls, ...oauth, KAFKA_OAUTH_CLIENT_ID: '' }, /KAFKA_OAUTH_TOKEN_URL/],
    ['a lock time-out beyond that of statements', { DATABASE_LOCK_TIMEOUT_MS: '30000' }, /DATABASE_LOCK_TIMEOUT_MS/],
    ['a database file without TLS', { DATABASE_TLS_CA_FILE: 'x' }, /DATABASE_TLS must be true/],
  ])('refuse %s', (_, given, sentence) => {
    expect(() => readPlatformSettings({ ...kafka, ...given })).toThrow(sentence);
  });

  it.each([
    ['as it is', 'postgres://a/b', {}, 'postgres://a/b'],
    ['with TLS in the words of pg', 'postgres://a/b', { DATABASE_TLS: 'true' }, 'postgres://a/b?sslmode=verify-full'],
    [
      'with its own words before the settings',
      'postgres://a/b?sslrootcert=mine',
      { DATABASE_TLS: 'true', DATABASE_TLS_CA_FILE: 'ca' },
      'postgres://a/b?sslrootcert=mine&sslmode=verify-full',
    ],
    ['verified wholly', 'postgres://a/b?sslmode=require', {}, 'postgres://a/b?sslmode=verify-full'],
  ])('take a URL of a database %s', (_, DATABASE_URL, given, url) => {
    expect(readDatabaseUrls(['sessions'], { DATABASE_URL, ...given }).get('sessions')).toBe(url);
  });

  it.each([
    ['postgres://a/b?sslmode=no-verify', {}],
    ['postgres://a/b?sslmode=prefer', {}],
    ['postgres://a/b?sslmode=verify-ca&uselibpqcompat=true', {}],
    ['postgres://a/b?sslmode=disable', { DATABASE_TLS: 'true' }],
    ['mysql://a/b', {}],
  ])('refuse %s with %j', (DATABASE_URL, given) => {
    expect(() => readDatabaseUrls(['sessions'], { DATABASE_URL, ...given })).toThrow(/DATABASE_URL/);
  });
});
