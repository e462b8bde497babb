import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Telemetry as MessagingTelemetry, MessagingStrategy, Relay } from '@chargemesh/messaging';
import { Database } from '@chargemesh/persistence';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { DestinationStream, Logger } from 'pino';
import { AccessTokens } from '../access/access-tokens.js';
import { Authenticator } from '../access/authenticator.js';
import { SecretBox } from '../access/secret-box.js';
import { SecretHasher } from '../access/secret-hasher.js';
import { type Clock, SystemClock } from '../clock.js';
import { type Environment, environment as processEnvironment, type Shape, readSettings } from '../settings/index.js';
import type { ServiceDefinition, ServiceName } from '../definition.js';
import { checkMigrated } from '../migrations.js';
import { Outages } from '../health/outages.js';
import { watchDependencies } from '../health/readiness-policy.js';
import { Readiness } from '../health/readiness.js';
import { createLogger } from '../telemetry/logger.js';
import { Telemetry } from '../telemetry/telemetry.js';
import type { Platform } from './platform.js';
import { directUrl, readDatabaseUrls } from './database-settings.js';
import { misspelledIn } from './known-settings.js';
import { type PlatformSettings, platformShape, readPlatformSettings } from './settings.js';
import { Shutdown } from './shutdown.js';
import { transportOf } from './transport.js';
import type { Waiting } from './waiting.js';

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
  readonly readiness: Readiness;
  readonly outages: Outages;
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
  const own = services.flatMap(({ settings: shape }) => secretsIn(readSettings(shape, environment), shape));
  const processName = `${hostname().slice(0, 40)}-${randomBytes(6).toString('hex')}`;
  const serviceName = names.length === 1 ? (names[0] ?? '') : 'chargemesh';
  const outages: Outages = new Outages(() => logger);
  const logger = createLogger({
    level: settings.LOG_LEVEL,
    base: { service: serviceName, process: processName },
    secrets: [...secretsIn(settings, platformShape), ...own, ...urls.values()].flatMap(hiddenOf),
    destination: overrides.logDestination,
    outage: (resource, error) => outages.failed(resource, error),
  });
  for (const { name, meant } of misspelledIn(environment, services))
    logger.warn({ name }, `there is no setting ${name}: was ${meant} meant?`);
  const telemetry = new Telemetry({
    serviceName,
    processName,
    endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT,
    spanProcessors: overrides.spanProcessors ?? [],
  });
  const shutdown = new Shutdown(settings.SHUTDOWN_TIMEOUT_MS, logger);
  shutdown.add('telemetry', () => telemetry.stop());
  const clock = overrides.clock ?? new SystemClock();
  const readiness = new Readiness();
  return { services, environment, settings, urls, processName, clock, logger, telemetry, readiness, outages, shutdown };
}

/**
 * Opens the databases and the log, and waits for those that are not there yet; each is ended by the shutdown, also when
 * a later one fails.
 */
export async function openPlatform(base: Base, waiting: Waiting): Promise<Platform> {
  const { settings, clock, logger, processName, shutdown } = base;
  const messagingTelemetry = new MessagingTelemetry(settings.TRANSPORT === 'kafka' ? 'kafka' : 'postgresql');
  const transport = transportOf(settings, { clock, logger, processName, telemetry: messagingTelemetry });
  const [databases] = await Promise.all([
    openDatabases(base, waiting),
    waiting.until('log', () => transport.start()).then(() => shutdown.add('log', () => transport.close())),
  ]);
  const databaseOf = (service: string): Database => {
    const database = databases.get(service as ServiceName);
    if (!database) throw new Error(`There is no service ${service} in this process`);
    return database;
  };
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
  const hasher = new SecretHasher(settings.SECRET_KEY, settings.PREVIOUS_SECRET_KEY);
  await watchDependencies(base, databases, transport);
  return {
    ...base,
    hasher,
    secretBox: new SecretBox('idempotent answers', settings.SECRET_KEY, settings.PREVIOUS_SECRET_KEY),
    authenticator: new Authenticator(hasher, clock, {
      installationApiKey: settings.INSTALLATION_API_KEY,
      accessTokens: accessTokensOf(base),
    }),
    transport,
    messaging,
    databaseOf,
    relays,
    wake: (service) => relays.get(service)?.wake(),
  };
}

async function openDatabases(
  { services, settings, urls, processName, shutdown, logger }: Base,
  waiting: Waiting,
): Promise<Map<ServiceName, Database>> {
  const databases = new Map<ServiceName, Database>();
  shutdown.add('databases', () => Promise.all([...databases.values()].map((database) => database.close())));
  await Promise.all(
    services.map(async (service) => {
      const { name, schema, entities } = service;
      const afterCommitFailed = (err: unknown): void =>
        logger.error({ err, database: name }, 'what was to follow a commit failed; the commit stands');
      const applicationName = `${name} ${processName}`;
      const url = urls.get(name) ?? '';
      const options = {
        url,
        ...(settings.DATABASE_SESSION_ADDRESS === undefined ? {} : { sessionUrl: directUrl(url, settings) }),
        schema,
        entities,
        applicationName,
        afterCommitFailed,
        poolSize: settings.DATABASE_POOL_SIZE,
        statementTimeoutMs: settings.DATABASE_STATEMENT_TIMEOUT_MS,
        lockTimeoutMs: settings.DATABASE_LOCK_TIMEOUT_MS,
      };
      const open = async (): Promise<void> => {
        const database = databases.get(name) ?? (await Database.open(options));
        databases.set(name, database);
        await checkMigrated(database, service);
      };
      await waiting.until(`database of ${name}`, open);
    }),
  );
  return databases;
}

function accessTokensOf({ settings, clock, logger }: Base): AccessTokens | undefined {
  const { OIDC_ISSUER: issuer, OIDC_JWKS_URL: jwksUrl, OIDC_AUDIENCE: audience } = settings;
  if (issuer === undefined || jwksUrl === undefined || audience === undefined) return undefined;
  const claims = { operatorClaim: settings.OIDC_OPERATOR_CLAIM, roleClaim: settings.OIDC_ROLE_CLAIM };
  return new AccessTokens({ issuer, jwksUrl, audience, ...claims }, clock, logger);
}

/** The values of settings that are secrets. */
function secretsIn(settings: Readonly<Record<string, unknown>>, shape: Shape): string[] {
  const names = Object.keys(shape).filter((name) => shape[name]?.about.secret);
  return names.flatMap((name) => (typeof settings[name] === 'string' ? [settings[name]] : []));
}

/** What a log line must not hold of a secret, wherever it has it from: all of it, of a URL its password. */
function hiddenOf(secret: string): string[] {
  const url = URL.parse(secret);
  const hidden = url ? [url.password, decodeURIComponent(url.password)] : [secret];
  return hidden.filter((text) => text !== '');
}
