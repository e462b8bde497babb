import type { KafkaSasl, KafkaSecurity, KafkaTls } from '@chargemesh/messaging';
import {
  ConfigurationError,
  type Settings,
  choice,
  file,
  flag,
  integer,
  list,
  optional,
  secret,
  string,
  webUrl,
} from '../settings/index.js';

/** How Kafka is reached. */
export const kafkaShape = {
  KAFKA_BROKERS: list.means(
    'Brokers to begin with, each `host:port`; needed when `TRANSPORT` is `kafka`. A Kafka is of one installation: topics and groups have the same names in each.',
  ),
  KAFKA_REPLICATION_FACTOR: optional(integer(3, { min: 1, max: 9 })).means(
    "Copies of every record, for topics that are created; the broker's default, if absent.",
  ),
  KAFKA_MIN_IN_SYNC_REPLICAS: optional(integer(2, { min: 1, max: 9 })).means(
    "How many copies must have a record before it is acknowledged, for topics that are created; the broker's default, if absent.",
  ),
  KAFKA_TLS: flag(false).means('Whether brokers are spoken to by TLS; their certificates are always verified.'),
  KAFKA_TLS_CA_FILE: file.means("Certificates (PEM) of whom brokers' certificates are trusted; Node's own, if absent."),
  KAFKA_TLS_CERT_FILE: file.means(
    'Our own certificate (PEM, with its chain), for mutual TLS; read anew for each connection.',
  ),
  KAFKA_TLS_KEY_FILE: file.means('The key (PEM) of that certificate.'),
  KAFKA_TLS_SERVER_NAME: string().means(
    "Name that brokers' certificates must have; that of each broker's address, if absent.",
  ),
  KAFKA_SASL_MECHANISM: choice('none', 'plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer').means(
    'How we log in. `plain` and `oauthbearer` are refused without TLS, but to loopback.',
  ),
  KAFKA_SASL_USERNAME: string().means('User of `plain` and SCRAM.'),
  KAFKA_SASL_PASSWORD: secret.means('Password of that user.'),
  KAFKA_OAUTH_TOKEN_URL: webUrl.means(
    'Where `oauthbearer` gets its tokens, by client credentials; `https`, but on loopback.',
  ),
  KAFKA_OAUTH_CLIENT_ID: string().means('Client id, for that.'),
  KAFKA_OAUTH_CLIENT_SECRET: secret.means('Secret of that client.'),
  KAFKA_OAUTH_SCOPE: string().means('Scope that is asked for.'),
};

export type KafkaSettings = Settings<typeof kafkaShape>;

/** How the connections to Kafka are secured; throws `ConfigurationError` when the settings do not fit together. */
export function kafkaSecurityOf(settings: KafkaSettings): KafkaSecurity {
  const tls = tlsOf(settings);
  const sasl = saslOf(settings);
  const { mechanism = '' } = sasl ?? {};
  const shown = mechanism === 'plain' || mechanism === 'oauthbearer';
  if (shown && !tls && !settings.KAFKA_BROKERS.every(isLoopback))
    throw new ConfigurationError(
      `KAFKA_SASL_MECHANISM ${mechanism} shows its secret to whoever listens: set KAFKA_TLS to true`,
    );
  return { tls, sasl };
}

function tlsOf(settings: KafkaSettings): KafkaTls | undefined {
  const { KAFKA_TLS_CA_FILE: caFile, KAFKA_TLS_CERT_FILE: certFile, KAFKA_TLS_KEY_FILE: keyFile } = settings;
  const serverName = settings.KAFKA_TLS_SERVER_NAME;
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new ConfigurationError('KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE must be set together');
  if (settings.KAFKA_TLS) return { caFile, certFile, keyFile, serverName };
  if ([caFile, certFile, serverName].some((given) => given !== undefined))
    throw new ConfigurationError('KAFKA_TLS must be true when another setting KAFKA_TLS_… is given');
  return undefined;
}

function saslOf(settings: KafkaSettings): KafkaSasl | undefined {
  const { KAFKA_SASL_MECHANISM: mechanism } = settings;
  if (mechanism === 'none') {
    if (settings.KAFKA_SASL_USERNAME !== undefined || settings.KAFKA_OAUTH_TOKEN_URL !== undefined)
      throw new ConfigurationError('KAFKA_SASL_MECHANISM must be set to log in at Kafka');
    return undefined;
  }
  if (mechanism !== 'oauthbearer') {
    const { KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = settings;
    if (username === undefined || password === undefined)
      throw new ConfigurationError(`KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD must be set for ${mechanism}`);
    return { mechanism, username, password };
  }
  const { KAFKA_OAUTH_TOKEN_URL: tokenUrl, KAFKA_OAUTH_CLIENT_ID: clientId } = settings;
  const { KAFKA_OAUTH_CLIENT_SECRET: clientSecret, KAFKA_OAUTH_SCOPE: scope } = settings;
  if (tokenUrl === undefined || clientId === undefined || clientSecret === undefined)
    throw new ConfigurationError('KAFKA_OAUTH_TOKEN_URL, _CLIENT_ID and _CLIENT_SECRET must be set for oauthbearer');
  const { protocol, host } = new URL(tokenUrl);
  if (protocol !== 'https:' && !isLoopback(host))
    throw new ConfigurationError('KAFKA_OAUTH_TOKEN_URL must be https: it is told the secret of the client');
  return { mechanism, tokenUrl, clientId, clientSecret, scope };
}

function isLoopback(address: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(address);
}
