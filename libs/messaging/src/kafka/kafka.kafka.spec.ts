import { describe } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { silent } from '../testing/ledger.js';
import { LossyProxy } from '../testing/proxy.js';
import { transportContract } from '../testing/transport-contract.js';
import { Telemetry } from '../telemetry.js';
import { KafkaTransport } from './transport.js';

interface Broker {
  brokers: string[];
  start(): Promise<void>;
  kill(signal?: string): Promise<void>;
  stop(): Promise<void>;
}
interface BrokerTool {
  startKafka(options?: { port?: number; advertisedPort?: number }): Promise<Broker>;
  freePort(): Promise<number>;
}

/** A broker of its own, for it is restarted; what it advertises is the proxy, which loses answers on demand. */
async function open() {
  const tool = (await import(new URL('../../../../tools/kafka/broker.mjs', import.meta.url).href)) as BrokerTool;
  const [port, advertisedPort] = [await tool.freePort(), await tool.freePort()];
  const broker = await tool.startKafka({ port, advertisedPort });
  // A request begins with its size (4 bytes) and its API key (2 bytes, 0 is Produce).
  const isProduce = (request: Buffer) => request.length > 6 && request.readInt16BE(4) === 0;
  const proxy = await LossyProxy.open(advertisedPort, { host: '127.0.0.1', port }, isProduce);
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
    transport: await join(),
    another: join,
    loseNextAnswer: () => proxy.loseNextAnswer(),
    answersLost: () => proxy.lost,
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

describe('the Kafka transport', () => transportContract(open));
