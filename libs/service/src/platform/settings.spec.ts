import { describe, expect, it } from '@jest/globals';
import { readDatabaseUrls, readPlatformSettings } from './settings.js';

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
});
