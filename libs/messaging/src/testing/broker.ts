export { type AccessRule, grant } from './access.js';

export interface Broker {
  readonly brokers: string[];
  readonly pid: number;
  /** Brings a stopped one back on the same data and port. */
  start(): Promise<void>;
  /** Ends it; its data stays for `start`. */
  kill(signal?: string): Promise<void>;
  stop(): Promise<void>;
}

export interface BrokerPorts {
  readonly port?: number;
  /** Where clients are sent to: a proxy that a test has put in front. */
  readonly advertisedPort?: number;
}

/** Of a broker that demands TLS: its key and certificate in one file, whom it trusts, and who may log in. */
export interface BrokerSecurity {
  readonly keyStore: string;
  readonly caFile: string;
  readonly username: string;
  readonly password: string;
  readonly loginLastsMs?: number;
  /** Others who may log in, by PLAIN and the same password; given, nobody may do anything who has not been granted it. */
  readonly users?: readonly string[];
}

export interface SecuredBroker extends Broker {
  readonly saslBrokers: string[];
  readonly mutualTlsBrokers: string[];
}

interface BrokerTool {
  startKafka(options: { security: BrokerSecurity }): Promise<SecuredBroker>;
  startKafka(options: BrokerPorts): Promise<Broker>;
  freePort(): Promise<number>;
}

const tool = async (): Promise<BrokerTool> =>
  (await import(new URL('../../../../tools/kafka/broker.mjs', import.meta.url).href)) as BrokerTool;

/**
 * A real broker of a test's own. Whoever runs the platform's services needs one: topics and groups have the same names in
 * every installation, so two platforms on one broker would read each other's records.
 */
export async function startKafka(ports: BrokerPorts = {}): Promise<Broker> {
  return (await tool()).startKafka(ports);
}

/** A broker of a test's own that listens for TLS with a login, and for mutual TLS. */
export async function startSecuredKafka(security: BrokerSecurity): Promise<SecuredBroker> {
  return (await tool()).startKafka({ security });
}

export async function freePort(): Promise<number> {
  return (await tool()).freePort();
}
