import { readFileSync } from 'node:fs';
import { connect, isIP } from 'node:net';
import { type ConnectionOptions, connect as connectByTls } from 'node:tls';
import type { ISocketFactory, KafkaConfig, SASLOptions } from 'kafkajs';
import { AccessTokenSource, type ClientCredentials } from './access-token.js';

/** Files (PEM) for TLS; they are read for each connection, so that renewed ones are used. */
export interface KafkaTls {
  /** Of whom brokers' certificates are trusted; Node's own, if absent. */
  readonly caFile?: string | undefined;
  /** Our own certificate, for mutual TLS, and its key. */
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** Name that brokers' certificates must have; that of each broker's address, if absent. */
  readonly serverName?: string | undefined;
}

export type KafkaSasl =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  | ({ readonly mechanism: 'oauthbearer' } & ClientCredentials);

export interface KafkaSecurity {
  readonly tls?: KafkaTls | undefined;
  readonly sasl?: KafkaSasl | undefined;
}

const PROBE_AFTER_MS = 60_000;

/** What kafkajs has to be told. */
export function securityOptions({ tls, sasl }: KafkaSecurity): Pick<KafkaConfig, 'ssl' | 'socketFactory' | 'sasl'> {
  return { ...(tls ? { ssl: true, socketFactory: socketsOf(tls) } : {}), ...(sasl ? { sasl: saslOptions(sasl) } : {}) };
}

/** kafkajs would keep certificates in memory for as long as the process lives. */
function socketsOf(tls: KafkaTls): ISocketFactory {
  return ({ host, port, ssl, onConnect }) => {
    const socket = ssl
      ? connectByTls({ host, port, ...certificates(tls), ...nameOf(host, tls) }, onConnect)
      : connect({ host, port }, onConnect);
    return socket.setKeepAlive(true, PROBE_AFTER_MS);
  };
}

function certificates({ caFile, certFile, keyFile }: KafkaTls): ConnectionOptions {
  return {
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
    ...(certFile === undefined ? {} : { cert: readFileSync(certFile) }),
    ...(keyFile === undefined ? {} : { key: readFileSync(keyFile) }),
  };
}

/** An address is no name that a server could be asked by; Node verifies it by itself. */
function nameOf(host: string, { serverName }: KafkaTls): ConnectionOptions {
  const servername = serverName ?? (isIP(host) ? undefined : host);
  return servername === undefined ? {} : { servername };
}

function saslOptions(sasl: KafkaSasl): SASLOptions {
  if (sasl.mechanism !== 'oauthbearer') {
    const { mechanism, username, password } = sasl;
    return { mechanism: mechanism as 'plain', username, password };
  }
  const tokens = new AccessTokenSource(sasl);
  return { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: await tokens.get() }) };
}
