import { Kafka, logLevel } from 'kafkajs';
import { FaultyProxy } from '@chargemesh/persistence/testing';
import { KafkaTransport } from '../kafka/transport.js';
import { Telemetry } from '../telemetry.js';
import { silent } from './ledger.js';
import type { LogUnderTest } from './log-under-test.js';

export interface Broker {
  brokers: string[];
  pid: number;
  start(): Promise<void>;
  kill(signal?: string): Promise<void>;
  stop(): Promise<void>;
}
/** Of a broker that demands TLS: its key and certificate in one file, whom it trusts, and who may log in. */
export interface BrokerSecurity {
  keyStore: string;
  caFile: string;
  username: string;
  password: string;
  loginLastsMs?: number;
}
export interface SecuredBroker extends Broker {
  saslBrokers: string[];
  mutualTlsBrokers: string[];
}
interface BrokerTool {
  startKafka(options: { security: BrokerSecurity }): Promise<SecuredBroker>;
  startKafka(options?: { port?: number; advertisedPort?: number }): Promise<Broker>;
  freePort(): Promise<number>;
}

const brokerTool = async () =>
  (await import(new URL('../../../../tools/kafka/broker.mjs', import.meta.url).href)) as BrokerTool;

/** A broker of its own that listens for TLS with a login, and for mutual TLS. */
export async function startSecuredKafka(security: BrokerSecurity): Promise<SecuredBroker> {
  return (await brokerTool()).startKafka({ security });
}

/** A broker of its own, for it is restarted; what it advertises is the proxy, which has the faults of networks. */
export async function openKafka(): Promise<LogUnderTest & { readonly broker: Broker; readonly proxy: FaultyProxy }> {
  const tool = await brokerTool();
  const [port, advertisedPort] = [await tool.freePort(), await tool.freePort()];
  const broker = await tool.startKafka({ port, advertisedPort });
  // A request begins with its size (4 bytes) and its API key (2 bytes, 0 is Produce).
  const isProduce = (request: Buffer) => request.length > 6 && request.readInt16BE(4) === 0;
  const proxy = await FaultyProxy.open(advertisedPort, { host: '127.0.0.1', port });
  const opened: KafkaTransport[] = [];

  async function join() {
    const transport = new KafkaTransport({
      brokers: [`127.0.0.1:${advertisedPort}`],
      clientId: `process-${opened.length}`,
      logger: silent,
      telemetry: new Telemetry(),
      stopWithinMs: 1_000,
    });
    opened.push(transport);
    await transport.start();
    return transport;
  }

  return {
    broker,
    proxy,
    transport: await join(),
    another: join,
    loseNextAnswer: () => proxy.loseNextAnswer(isProduce),
    answersLost: () => proxy.lost,
    silence: () => proxy.silence(),
    async restart() {
      await broker.kill('SIGTERM');
      await broker.start();
    },
    async misplace({ name }: { name: string }, groupId: string) {
      const admin = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      await admin.setOffsets({ groupId, topic: name, partitions: [{ partition: 0, offset: '1000' }] });
      await admin.disconnect();
    },
    async close() {
      await Promise.all(opened.map((transport) => transport.close()));
      await proxy.close();
      await broker.stop();
    },
  };
}
