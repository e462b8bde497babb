import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Telemetry as MessagingTelemetry, MessagingStrategy, Relay } from '@chargemesh/messaging';
import { Database } from '@chargemesh/persistence';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { DestinationStream, Logger } from 'pino';
import { AccessTokens } from '../access/access-tokens.js';
import { Authenticator } from '../access/authenticator.js';
import { SecretHasher } from '../access/secret-hasher.js';
import { type Clock, SystemClock } from '../clock.js';
import { type Environment, environment as processEnvironment } from '../config.js';
import type { ServiceDefinition, ServiceName } from '../definition.js';
import { Readiness } from '../health/readiness.js';
import { createLogger } from '../telemetry/logger.js';
import { Telemetry } from '../telemetry/telemetry.js';
import type { Platform } from './platform.js';
import { type PlatformSettings, readDatabaseUrls, readPlatformSettings } from './settings.js';
import { Shutdown } from './shutdown.js';
import { transportOf } from './transport.js';

/** What tests put in the place of the real thing. */
export interface Overrides {
  readonly clock?: Clock;
  readonly logDestination?: DestinationStream;
  readonly spanProcessors?: readonly SpanProcessor[];
}

/** What is there before anything was reached: settings, clock, log, telemetry. */
export interface Base {
  readonly services: readonly ServiceDefinition[];
  readonly environment: Environment;
  readonly settings: PlatformSettings;
  readonly urls: ReadonlyMap<ServiceName, string>;
  readonly processName: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly shutdown: Shutdown;
}

/** Reads all settings, and throws `ConfigurationError` before anything is opened. */
export function prepare(
  services: readonly ServiceDefinition[],
  environment: Environment = processEnvironment(),
  overrides: Overrides = {},
): Base {
  const settings = readPlatformSettings(environment);
  const names = services.map(({ name }) => name);
  const urls = readDatabaseUrls(names, environment);
  const processName = `${hostname().slice(0, 40)}-${randomBytes(6).toString('hex')}`;
  const serviceName = names.length === 1 ? (names[0] ?? '') : 'chargemesh';
  const logger = createLogger({
    level: settings.LOG_LEVEL,
    base: { service: serviceName, process: processName },
    secrets: secretsOf(settings, urls.values()),
    destination: overrides.logDestination,
  });
  const telemetry = new Telemetry({
    serviceName,
    processName,
    endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT,
    spanProcessors: overrides.spanProcessors ?? [],
  });
  const shutdown = new Shutdown(settings.SHUTDOWN_TIMEOUT_MS, logger);
  shutdown.add('telemetry', () => telemetry.stop());
  const clock = overrides.clock ?? new SystemClock();
  return { services, environment, settings, urls, processName, clock, logger, telemetry, shutdown };
}

/** Opens the databases and the log; each is ended by the shutdown, also when a later one fails. */
export async function openPlatform(base: Base): Promise<Platform> {
  const { settings, clock, logger, processName, shutdown } = base;
  const databases = await openDatabases(base);
  const databaseOf = (service: string): Database => {
    const database = databases.get(service as ServiceName);
    if (!database) throw new Error(`There is no service ${service} in this process`);
    return database;
  };
  const messagingTelemetry = new MessagingTelemetry();
  const transport = transportOf(settings, { clock, logger, processName, telemetry: messagingTelemetry });
  shutdown.add('log', () => transport.close());
  await transport.start();
  const messaging = new MessagingStrategy({
    transport,
    databaseOf,
    logger,
    now: () => clock.now(),
    telemetry: messagingTelemetry,
    processName,
  });
  const relays = new Map([...databases].map(([name, database]) => [name, new Relay(database, transport, logger)]));
  shutdown.add('relays', () => Promise.all([...relays.values()].map((relay) => relay.stop())));
  const hasher = new SecretHasher(settings.SECRET_KEY);
  return {
    ...base,
    hasher,
    authenticator: new Authenticator(hasher, clock, {
      installationApiKey: settings.INSTALLATION_API_KEY,
      accessTokens: accessTokensOf(base),
    }),
    readiness: readinessOf(databases, () => transport.health().live),
    transport,
    messaging,
    databaseOf,
    relays,
    wake: (service) => relays.get(service)?.wake(),
  };
}

async function openDatabases({ services, urls, processName, shutdown }: Base): Promise<Map<ServiceName, Database>> {
  const databases = new Map<ServiceName, Database>();
  shutdown.add('databases', () => Promise.all([...databases.values()].map((database) => database.close())));
  for (const { name, schema, entities } of services) {
    const url = urls.get(name) ?? '';
    databases.set(name, await Database.open({ url, schema, entities, applicationName: `${name} ${processName}` }));
  }
  return databases;
}

function accessTokensOf({ settings, clock, logger }: Base): AccessTokens | undefined {
  const { OIDC_ISSUER: issuer, OIDC_JWKS_URL: jwksUrl, OIDC_AUDIENCE: audience } = settings;
  if (issuer === undefined || jwksUrl === undefined || audience === undefined) return undefined;
  const claims = { operatorClaim: settings.OIDC_OPERATOR_CLAIM, roleClaim: settings.OIDC_ROLE_CLAIM };
  return new AccessTokens({ issuer, jwksUrl, audience, ...claims }, clock, logger);
}

function readinessOf(databases: ReadonlyMap<ServiceName, Database>, logIsLive: () => boolean): Readiness {
  const readiness = new Readiness();
  for (const [name, database] of databases)
    readiness.add(`database of ${name}`, () => database.dataSource.query('SELECT 1').then(() => true));
  readiness.add('log', logIsLive);
  return readiness;
}

/** Values that a log line must not hold, wherever it has them from. */
function secretsOf(settings: PlatformSettings, urls: Iterable<string>): string[] {
  const databaseUrls = [...urls, settings.EMBEDDED_LOG_DATABASE_URL ?? ''];
  const passwords = databaseUrls.flatMap((url) => {
    const password = URL.parse(url)?.password ?? '';
    return [password, decodeURIComponent(password)];
  });
  return [settings.SECRET_KEY, settings.INSTALLATION_API_KEY ?? '', ...passwords].filter((secret) => secret !== '');
}
