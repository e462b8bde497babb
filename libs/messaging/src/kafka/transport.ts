import type { Topic } from '@chargemesh/contracts';
import type { Admin, Kafka, Producer } from 'kafkajs';
import type { Logger } from '../log.js';
import { ProduceQueue } from '../produce-queue.js';
import type { Telemetry } from '../telemetry.js';
import type { BatchHandler, Consumption, Health, OutgoingRecord, Position, Transport } from '../transport.js';
import { allOver } from '../wait.js';
import { type OutOfRange, kafkaClient } from './client.js';
import { committedOffsets } from './committed.js';
import { PartitionBatcher } from './partition-batcher.js';
import { type Incarnation, KeptConsumer } from './kept-consumer.js';
import { listening } from './listening.js';
import { byKey } from './partitioner.js';
import { Renewable } from './renewable.js';
import type { KafkaSecurity } from './security.js';
import { type TopicSettings, ensureTopics } from './topics.js';

export interface KafkaOptions extends TopicSettings {
  readonly brokers: readonly string[];
  /** Name of this process at the broker. */
  readonly clientId: string;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** TLS and login; neither, if absent. */
  readonly security?: KafkaSecurity | undefined;
  /** How long a response of the broker is waited for, in milliseconds; 10 s by default. */
  readonly requestTimeoutMs?: number;
  /** How long a consumer that stops waits for its batch in hand, in milliseconds; 10 s by default. */
  readonly stopWithinMs?: number;
}

/** How long the partitions of a process that died without leaving are without a reader. */
const SESSION_TIMEOUT_MS = 10_000;
/** How long a rebalance waits for members that do not answer. */
const REBALANCE_TIMEOUT_MS = 20_000;
const CLOSE_WITHIN_MS = 5_000;
/**
 * Also how long an idle consumer takes to stop, and to see that its group is divided anew; each fetch of one that has
 * nothing to read is CPU for nothing (`npm run bench:idle`).
 */
const FETCH_WAIT_MS = 2_000;
const FETCH_BYTES = 4_000_000;
const DURABLE_WITHIN_MS = 10_000;

const consumerSettings = {
  allowAutoTopicCreation: false,
  sessionTimeout: SESSION_TIMEOUT_MS,
  rebalanceTimeout: REBALANCE_TIMEOUT_MS,
  heartbeatInterval: 1_000,
  maxWaitTimeInMs: FETCH_WAIT_MS,
  maxBytes: FETCH_BYTES,
  // Whoever ends is replaced here, whatever the reason.
  retry: { restartOnFailure: () => Promise.resolve(false) },
} as const;

/** The log on Apache Kafka, through kafkajs, which nothing outside this folder knows. */
export class KafkaTransport implements Transport {
  private readonly kafka: Kafka;
  private readonly admin: Renewable<Admin>;
  private readonly producer: Renewable<Producer>;
  private readonly queue: ProduceQueue;
  private readonly alarms: string[] = [];
  private readonly consumers = new Set<KeptConsumer>();

  constructor(private readonly options: KafkaOptions) {
    const { requestTimeoutMs = 10_000 } = options;
    this.kafka = kafkaClient({ ...options, requestTimeoutMs }, (where) => this.raise(where));
    this.admin = new Renewable(() => this.kafka.admin());
    this.producer = new Renewable(() => this.newProducer());
    this.queue = new ProduceQueue(
      (records) => this.send(records),
      (...sent) => options.telemetry.produced(...sent),
    );
  }

  async start(): Promise<void> {
    // One that still connected as the other gave up would do so for the next start, with the certificate that it read.
    await allOver([this.admin.use(() => Promise.resolve()), this.producer.use(() => Promise.resolve())]);
  }

  ensureTopics(topics: readonly Topic[]): Promise<void> {
    return this.admin.useTwice((admin) => ensureTopics(admin, topics, this.options));
  }

  produce(records: readonly OutgoingRecord[]): Promise<void> {
    return this.queue.add(records);
  }

  consume(topic: Topic, group: string, handle: BatchHandler): Promise<Consumption> {
    return this.keep(group, () => this.consuming(topic, group, handle));
  }

  async listen(topic: Topic, reader: string, handle: BatchHandler): Promise<Consumption> {
    const { logger } = this.options;
    const ends = await this.admin.useTwice((admin) => admin.fetchTopicOffsets(topic.name));
    const next = new Map(ends.map(({ partition, high }) => [partition, high]));
    return this.keep(reader, () =>
      listening(this.kafka.consumer({ ...consumerSettings, groupId: reader }), { topic, reader, handle, logger, next }),
    );
  }

  async positions(topic: Topic, group: string): Promise<Position[]> {
    const [ends, committed] = await this.admin.useTwice((admin) =>
      allOver([admin.fetchTopicOffsets(topic.name), committedOffsets(admin, topic.name, group)]),
    );
    return ends.map(({ partition, low, high }) => {
      const next = committed.get(partition);
      // -1 says that nothing was committed, -2 that the group was sent back to the beginning.
      return {
        partition,
        first: BigInt(low),
        end: BigInt(high),
        next: next === undefined || next < 0n ? undefined : next,
      };
    });
  }

  health(): Health {
    const consumers = [...this.consumers].map((consumer) => consumer.health());
    return { live: !consumers.some(({ stuck }) => stuck), alarms: this.alarms, consumers };
  }

  async reach(): Promise<void> {
    await this.admin.useTwice((admin) => admin.describeCluster());
  }

  async close(): Promise<void> {
    await this.queue.close(CLOSE_WITHIN_MS);
    await Promise.all([this.producer.close(), this.admin.close()]);
  }

  private newProducer(): Producer {
    return this.kafka.producer({
      allowAutoTopicCreation: false,
      // The idempotent producer loses acknowledged records after a lost response: see ProduceQueue.
      idempotent: false,
      maxInFlightRequests: 1,
      createPartitioner: byKey,
      // The queue tries again, with the whole batch unchanged.
      retry: { retries: 0 },
    });
  }

  private async keep(name: string, make: () => Incarnation): Promise<Consumption> {
    const { logger, stopWithinMs = CLOSE_WITHIN_MS * 2 } = this.options;
    const reachable = () =>
      this.admin
        .use((admin) => admin.listTopics())
        .then(
          () => true,
          () => false,
        );
    const kept = await KeptConsumer.start({ name, make, reachable, stopWithinMs, logger });
    this.consumers.add(kept);
    return {
      stop: async () => {
        await kept.stop();
        this.consumers.delete(kept);
      },
    };
  }

  private consuming(topic: Topic, group: string, handle: BatchHandler): Incarnation {
    const consumer = this.kafka.consumer({ ...consumerSettings, groupId: group });
    const batcher = new PartitionBatcher(group, handle, this.options.logger);
    return {
      consumer,
      async run() {
        consumer.on(consumer.events.GROUP_JOIN, () => batcher.rejoined());
        await consumer.connect();
        await consumer.subscribe({ topic: topic.name, fromBeginning: true });
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          // All partitions wait in the batcher together; that is what makes one batch of them.
          partitionsConsumedConcurrently: topic.partitions,
          eachBatch: (payload) => batcher.take(payload),
        });
      },
      settle: (withinMs) => batcher.stop(withinMs),
    };
  }

  private async send(records: readonly OutgoingRecord[]): Promise<void> {
    const byTopic = new Map<string, OutgoingRecord[]>();
    for (const record of records) {
      const messages = byTopic.get(record.topic);
      if (messages) messages.push(record);
      else byTopic.set(record.topic, [record]);
    }
    const topicMessages = [...byTopic].map(([topic, messages]) => ({ topic, messages }));
    await this.producer.use((producer) => producer.sendBatch({ topicMessages, acks: -1, timeout: DURABLE_WITHIN_MS }));
  }

  private raise({ groupId, topic, partition }: OutOfRange): void {
    const alarm = `${groupId} stood at an offset of ${topic}/${partition} that the log does not have`;
    if (!this.alarms.includes(alarm)) this.alarms.push(alarm);
    this.options.telemetry.alarm(groupId);
    this.options.logger.error(
      { group: groupId, topic, partition },
      'offset out of range: records may have been missed',
    );
  }
}
