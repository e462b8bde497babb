import { type DatabaseTls, withTls } from '@chargemesh/persistence';
import type { ServiceName } from '../definition.js';
import {
  ConfigurationError,
  type Environment,
  Setting,
  type Settings,
  databaseUrl,
  file,
  flag,
  integer,
  optional,
  readSettings,
} from '../settings/index.js';

export const optionalDatabaseUrl = optional(databaseUrl);

const address = new Setting(
  (text) => {
    if (text !== undefined && !/^([\w.-]+|\[[\da-f:]+\]):\d{1,5}$/i.test(text)) throw new Error('must be host:port');
    return text;
  },
  { takes: '`host:port`' },
);

/** How PostgreSQL is reached, by every role. */
export const databaseShape = {
  DATABASE_TLS: flag(false).means(
    'Whether PostgreSQL is spoken to by TLS, its certificate and name verified; `sslmode=verify-full` in a URL does the same for that URL.',
  ),
  DATABASE_TLS_CA_FILE: file.means(
    "Certificates (PEM) of whom the server's certificate is trusted; Node's own, if absent. In a URL, `sslrootcert`.",
  ),
  DATABASE_TLS_CERT_FILE: file.means(
    'Our own certificate (PEM), for roles that log in by one; read anew for each connection. In a URL, `sslcert`.',
  ),
  DATABASE_TLS_KEY_FILE: file.means('The key (PEM) of that certificate. In a URL, `sslkey`.'),
  DATABASE_SESSION_ADDRESS: address.means(
    'Host and port of PostgreSQL itself, where the URLs lead to PgBouncer in transaction mode: what belongs to a session (`LISTEN`, session locks) goes there.',
  ),
  DATABASE_POOL_SIZE: integer(8, { min: 2, max: 200 }).means(
    'Connections to PostgreSQL that the pool of one service holds at most; three more are for sessions (`LISTEN`, session locks).',
  ),
  DATABASE_STATEMENT_TIMEOUT_MS: integer(30_000, { min: 1_000, max: 600_000 }).means(
    'How long a statement may take, in milliseconds, but for those of migrations.',
  ),
  DATABASE_LOCK_TIMEOUT_MS: integer(20_000, { min: 100, max: 600_000 }).means(
    'How long a statement may wait for a lock, in milliseconds; below that of statements.',
  ),
};

export type DatabaseSettings = Settings<typeof databaseShape>;

/** Throws `ConfigurationError` when the settings do not fit together. */
export function checkDatabaseSettings(settings: DatabaseSettings): void {
  tlsOf(settings);
  if (settings.DATABASE_LOCK_TIMEOUT_MS >= settings.DATABASE_STATEMENT_TIMEOUT_MS)
    throw new ConfigurationError('DATABASE_LOCK_TIMEOUT_MS must be below DATABASE_STATEMENT_TIMEOUT_MS');
}

function tlsOf(settings: DatabaseSettings): DatabaseTls | undefined {
  const { DATABASE_TLS_CA_FILE: caFile, DATABASE_TLS_CERT_FILE: certFile, DATABASE_TLS_KEY_FILE: keyFile } = settings;
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new ConfigurationError('DATABASE_TLS_CERT_FILE and DATABASE_TLS_KEY_FILE must be set together');
  if (settings.DATABASE_TLS) return { caFile, certFile, keyFile };
  if (caFile !== undefined || certFile !== undefined)
    throw new ConfigurationError('DATABASE_TLS must be true when another setting DATABASE_TLS_… is given');
  return undefined;
}

/** A URL as connections are made with it: with the TLS that the settings demand. */
export function securedUrl(name: string, url: string, settings: DatabaseSettings): string {
  try {
    return withTls(url, tlsOf(settings));
  } catch (error) {
    throw new ConfigurationError(`${name} ${(error as Error).message}`);
  }
}

/** The same role and database by the way around a pooler, if there is one. */
export function directUrl(url: string, { DATABASE_SESSION_ADDRESS: at }: DatabaseSettings): string {
  const direct = new URL(url);
  if (at !== undefined) direct.host = at;
  return direct.toString();
}

/** The setting that holds a service's database when several share a process: `OCPP_GATEWAY_DATABASE_URL`. */
export function databaseSettingOf(service: string): string {
  return `${service.toUpperCase().replaceAll('-', '_')}_DATABASE_URL`;
}

/** Where a single service may have its URL instead. */
const SINGLE = 'DATABASE_URL';

/** The settings that hold the URLs of services' own roles. */
export function databaseUrlShape(services: readonly ServiceName[]): Record<string, Setting<string | undefined>> {
  const named = services.map((service) => [
    databaseSettingOf(service),
    optionalDatabaseUrl.means(`Of the role of ${service}; in a process of several services, each has its own.`),
  ]);
  const single = optionalDatabaseUrl.means("Of the service's own role, in a process of one service.");
  return Object.fromEntries(services.length === 1 ? [[SINGLE, single], ...named] : named);
}

/** The URL of each service's own role. A single service may have it in `DATABASE_URL`. */
export function readDatabaseUrls(services: readonly ServiceName[], environment: Environment): Map<ServiceName, string> {
  const read = readSettings({ ...databaseShape, ...databaseUrlShape(services) }, environment);
  const found = read as DatabaseSettings & Readonly<Record<string, string | undefined>>;
  const missing: string[] = [];
  const urls = services.map((service): [ServiceName, string] => {
    const name = databaseSettingOf(service);
    const url = found[name] ?? found[SINGLE];
    if (url === undefined) missing.push(name);
    return [service, url === undefined ? '' : securedUrl(name, url, found)];
  });
  if (missing.length > 0) throw new ConfigurationError(`${missing.join(', ')} must be set to a URL`);
  return new Map(urls);
}
