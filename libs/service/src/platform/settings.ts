import {
  ConfigurationError,
  type Environment,
  type Settings,
  choice,
  integer,
  networks,
  optional,
  origins,
  port,
  readSettings,
  secretKey,
  string,
  webUrl,
} from '../settings/index.js';
import { checkDatabaseSettings, databaseShape, optionalDatabaseUrl } from './database-settings.js';
import { kafkaSecurityOf, kafkaShape } from './kafka-settings.js';

/** The one that OpenTelemetry gives Prometheus' exporters. */
export const DEFAULT_MANAGEMENT_PORT = 9464;

/** What every process has, whichever services it runs. */
export const platformShape = {
  PORT: port(8080).means('Port of HTTP, and of the WebSockets of stations.'),
  MANAGEMENT_PORT: port(DEFAULT_MANAGEMENT_PORT).means(
    'Port of health and metrics, which are for who runs the platform and not for the world.',
  ),
  HOST: string('0.0.0.0').means('Address that it listens on.'),
  TRANSPORT: choice('kafka', 'embedded').means(
    'Where events are kept: in Apache Kafka, or in tables of PostgreSQL, which is for one process.',
  ),
  ...kafkaShape,
  ...databaseShape,
  EMBEDDED_LOG_DATABASE_URL: optionalDatabaseUrl.means("Of the embedded log's own role."),
  SECRET_KEY: secretKey.means(
    'Key of the hashes of station passwords, API keys and partner tokens; the same for all services.',
  ),
  PREVIOUS_SECRET_KEY: optional(secretKey).means(
    'The key before, while it is renewed: what was hashed with it is good as long as this is set.',
  ),
  INSTALLATION_API_KEY: optional(secretKey).means(
    "Credential of the installation's administrator, who creates operators; without one nobody can.",
  ),
  OIDC_ISSUER: string().means('Issuer of the access tokens of OpenID Connect that are taken beside API keys.'),
  OIDC_JWKS_URL: webUrl.means('Where the keys of that issuer are.'),
  OIDC_AUDIENCE: string().means('Audience that those tokens must have.'),
  OIDC_OPERATOR_CLAIM: string('operator_id').means('Claim that holds the id of the operator.'),
  OIDC_ROLE_CLAIM: string('role').means('Claim that holds the role.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: webUrl.means('Where metrics and traces are sent by OTLP over HTTP; nowhere, if absent.'),
  LOG_LEVEL: choice('info', 'trace', 'debug', 'warn', 'error', 'fatal', 'silent').means('What is logged at least.'),
  SHUTDOWN_TIMEOUT_MS: integer(25_000, { min: 1_000, max: 600_000 }).means(
    'How long an orderly shutdown may take, in milliseconds; what is not done then is cut off.',
  ),
  TRUSTED_PROXIES: networks.means("Proxies of whose `X-Forwarded-For` the client's address is taken."),
  CORS_ORIGINS: origins.means(
    'Sites whose scripts may call the API from a browser, with keys of their own and no cookies; none, if absent.',
  ),
  AUDIT_TRAIL_DAYS: integer(3_660, { min: 0, max: 36_600 }).means(
    'Days for which the audit trails are kept: ten years, as what bills depend on in Germany; for good, if 0.',
  ),
  HTTP_BODY_LIMIT_BYTES: integer(1_000_000, { min: 1_000, max: 50_000_000 }).means('Largest body of a request.'),
};

export type PlatformSettings = Settings<typeof platformShape>;

export function readPlatformSettings(environment: Environment): PlatformSettings {
  const settings = readSettings(platformShape, environment);
  const oidc = [settings.OIDC_ISSUER, settings.OIDC_JWKS_URL, settings.OIDC_AUDIENCE];
  if (oidc.some((one) => one === undefined) && oidc.some((one) => one !== undefined))
    throw new ConfigurationError('OIDC_ISSUER, OIDC_JWKS_URL and OIDC_AUDIENCE must be set together');
  if (settings.TRANSPORT === 'kafka' && settings.KAFKA_BROKERS.length === 0)
    throw new ConfigurationError('KAFKA_BROKERS must be set when TRANSPORT is kafka');
  if (settings.TRANSPORT === 'embedded' && settings.EMBEDDED_LOG_DATABASE_URL === undefined)
    throw new ConfigurationError('EMBEDDED_LOG_DATABASE_URL must be set when TRANSPORT is embedded');
  kafkaSecurityOf(settings);
  checkDatabaseSettings(settings);
  return settings;
}
