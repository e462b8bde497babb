import {
  ConfigurationError,
  type Environment,
  type Settings,
  choice,
  integer,
  list,
  networks,
  optional,
  port,
  readSettings,
  secretKey,
  string,
} from '../config.js';
import type { ServiceName } from '../definition.js';

/** The one that OpenTelemetry gives Prometheus' exporters. */
export const DEFAULT_MANAGEMENT_PORT = 9464;

const shape = {
  PORT: port(8080),
  /** Of health and metrics, which are for who runs the platform and not for the world. */
  MANAGEMENT_PORT: port(DEFAULT_MANAGEMENT_PORT),
  HOST: string('0.0.0.0'),
  TRANSPORT: choice('kafka', 'embedded'),
  KAFKA_BROKERS: list,
  /** Copies of every record, and how many must have it before it is acknowledged; the broker's defaults, if absent. */
  KAFKA_REPLICATION_FACTOR: optional(integer(3, { min: 1, max: 9 })),
  KAFKA_MIN_IN_SYNC_REPLICAS: optional(integer(2, { min: 1, max: 9 })),
  /** Of the embedded log's own role. */
  EMBEDDED_LOG_DATABASE_URL: string(),
  /** Key of the hashes of station passwords, API keys and partner tokens; the same for all services. */
  SECRET_KEY: secretKey,
  /** Credential of the installation's administrator, who creates operators; without one nobody can. */
  INSTALLATION_API_KEY: optional(secretKey),
  OIDC_ISSUER: string(),
  OIDC_JWKS_URL: string(),
  OIDC_AUDIENCE: string(),
  OIDC_OPERATOR_CLAIM: string('operator_id'),
  OIDC_ROLE_CLAIM: string('role'),
  OTEL_EXPORTER_OTLP_ENDPOINT: string(),
  LOG_LEVEL: choice('info', 'trace', 'debug', 'warn', 'error', 'fatal', 'silent'),
  SHUTDOWN_TIMEOUT_MS: integer(25_000, { min: 1_000, max: 600_000 }),
  /** Addresses or networks of proxies, of whose X-Forwarded-For the client's address is taken. */
  TRUSTED_PROXIES: networks,
  HTTP_BODY_LIMIT_BYTES: integer(1_000_000, { min: 1_000, max: 50_000_000 }),
};

export type PlatformSettings = Settings<typeof shape>;

export function readPlatformSettings(environment: Environment): PlatformSettings {
  const settings = readSettings(shape, environment);
  const oidc = [settings.OIDC_ISSUER, settings.OIDC_JWKS_URL, settings.OIDC_AUDIENCE];
  if (oidc.some((one) => one === undefined) && oidc.some((one) => one !== undefined))
    throw new ConfigurationError('OIDC_ISSUER, OIDC_JWKS_URL and OIDC_AUDIENCE must be set together');
  if (settings.OIDC_JWKS_URL !== undefined && !URL.canParse(settings.OIDC_JWKS_URL))
    throw new ConfigurationError('OIDC_JWKS_URL must be a URL');
  if (settings.TRANSPORT === 'kafka' && settings.KAFKA_BROKERS.length === 0)
    throw new ConfigurationError('KAFKA_BROKERS must be set when TRANSPORT is kafka');
  if (settings.TRANSPORT === 'embedded' && settings.EMBEDDED_LOG_DATABASE_URL === undefined)
    throw new ConfigurationError('EMBEDDED_LOG_DATABASE_URL must be set when TRANSPORT is embedded');
  return settings;
}

/** The setting that holds a service's database when several share a process: `OCPP_GATEWAY_DATABASE_URL`. */
export function databaseSettingOf(service: string): string {
  return `${service.toUpperCase().replaceAll('-', '_')}_DATABASE_URL`;
}

/** The URL of each service's own role. A single service may have it in `DATABASE_URL`. */
export function readDatabaseUrls(services: readonly ServiceName[], environment: Environment): Map<ServiceName, string> {
  const missing: string[] = [];
  const urls = services.map((service): [ServiceName, string] => {
    const single = services.length === 1 ? environment['DATABASE_URL'] : undefined;
    const url = environment[databaseSettingOf(service)] ?? single ?? '';
    if (!URL.canParse(url)) missing.push(databaseSettingOf(service));
    return [service, url];
  });
  if (missing.length > 0) throw new ConfigurationError(`${missing.join(', ')} must be set to a URL`);
  return new Map(urls);
}
