import { Kafka, logLevel } from 'kafkajs';
import { FaultyProxy } from '@chargemesh/persistence/testing';
import { KafkaTransport } from '../kafka/transport.js';
import { Telemetry } from '../telemetry.js';
import { type Broker, freePort, startKafka } from './broker.js';
import { silent } from './ledger.js';
import type { LogUnderTest } from './log-under-test.js';

/** A broker of its own, for it is restarted; what it advertises is the proxy, which has the faults of networks. */
export async function openKafka(): Promise<LogUnderTest & { readonly broker: Broker; readonly proxy: FaultyProxy }> {
  const [port, advertisedPort] = [await freePort(), await freePort()];
  const broker = await startKafka({ port, advertisedPort });
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
