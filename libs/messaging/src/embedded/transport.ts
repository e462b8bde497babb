import type { Topic } from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import type { Logger } from '../log.js';
import { ProduceQueue } from '../produce-queue.js';
import type { Telemetry } from '../telemetry.js';
import type { BatchHandler, Consumption, Health, OutgoingRecord, Position, Transport } from '../transport.js';
import { wait, within } from '../wait.js';
import { Group } from './group.js';
import { LogStore } from './log.store.js';
import { Ownership } from './ownership.js';
import { Reader } from './reader.js';
import { embeddedLog } from './tables.migration.js';

export interface EmbeddedOptions {
  /** Connection URL of the log's own role. */
  readonly url: string;
  readonly logger: Logger;
  readonly now: () => Date;
  readonly telemetry: Telemetry;
  /** How long a reader that stops waits for its batch in hand, in milliseconds; 10 s by default. */
  readonly stopWithinMs?: number;
}

const POOL_SIZE = 6;
const STOP_WITHIN_MS = 10_000;
const CLOSE_WITHIN_MS = 5_000;
const HOUSEKEEPING_MS = 60_000;
/** A state that is replaced stays for so long: readers that are a little behind see each, as on Kafka. */
const REPLACED_MS = 3_600_000;

/** The log in PostgreSQL tables, for one process. */
export class EmbeddedTransport implements Transport {
  private database: Database | undefined;
  private readonly readers = new Map<Reader, string>();
  private readonly groups = new Map<string, Group>();
  private readonly alarms: string[] = [];
  private readonly closing = new AbortController();
  private ownership: Ownership | undefined;
  private readonly queue: ProduceQueue;
  private partitions = new Map<string, number>();

  constructor(private readonly options: EmbeddedOptions) {
    const append = (records: readonly OutgoingRecord[]) => this.store.append(records, (topic) => this.countOf(topic));
    this.queue = new ProduceQueue(append, (...sent) => options.telemetry.produced(...sent));
  }

  async start(): Promise<void> {
    const database = await Database.open({ url: this.options.url, schema: embeddedLog.schema, poolSize: POOL_SIZE });
    const ownership = new Ownership(
      database,
      (topic) => this.wake((of) => of === topic),
      () => this.wake(() => true),
      this.options.logger,
    );
    try {
      await ownership.acquire();
    } catch (error) {
      await database.close();
      throw error;
    }
    [this.database, this.ownership] = [database, ownership];
    void this.runHousekeeping();
  }

  async ensureTopics(topics: readonly Topic[]): Promise<void> {
    const existing = await this.store.partitionCounts();
    for (const { name, partitions } of topics) {
      const found = existing.get(name) ?? partitions;
      if (found !== partitions)
        throw new Error(`topic ${name} has ${found} partitions, its contract says ${partitions}`);
    }
    await this.store.declare(topics);
    this.partitions = await this.store.partitionCounts();
  }

  produce(records: readonly OutgoingRecord[]): Promise<void> {
    return this.queue.add(records);
  }

  async consume(topic: Topic, name: string, handle: BatchHandler): Promise<Consumption> {
    const group = this.groups.get(name) ?? new Group(topic.partitions);
    this.groups.set(name, group);
    const reader: Reader = new Reader({
      name,
      handle,
      logger: this.options.logger,
      stopWithinMs: this.options.stopWithinMs ?? STOP_WITHIN_MS,
      read: (offsets, limit) => this.store.from(topic.name, offsets, limit),
      assign: () => this.offsetsOf(topic, name, (partition) => group.partitionsOf(reader).has(partition)),
      commit: (offsets) => this.store.commit(topic.name, name, offsets),
    });
    this.readers.set(reader, topic.name);
    group.join(reader);
    return {
      stop: async () => {
        await reader.stop();
        this.readers.delete(reader);
        group.leave(reader);
      },
    };
  }

  async listen(topic: Topic, name: string, handle: BatchHandler): Promise<Consumption> {
    const ends = await this.store.positions(topic.name, name);
    const offsets = new Map(ends.map(({ partition, end }) => [partition, end]));
    const reader = new Reader({
      name,
      handle,
      logger: this.options.logger,
      stopWithinMs: this.options.stopWithinMs ?? STOP_WITHIN_MS,
      read: (from, limit) => this.store.from(topic.name, from, limit),
      assign: () => Promise.resolve(offsets),
      commit: () => Promise.resolve(),
    });
    this.readers.set(reader, topic.name);
    return {
      stop: async () => {
        await reader.stop();
        this.readers.delete(reader);
      },
    };
  }

  positions(topic: Topic, group: string): Promise<Position[]> {
    return this.store.positions(topic.name, group);
  }

  health(): Health {
    const consumers = [...this.readers.keys()].map((reader) => reader.health());
    return { live: this.ownership?.live ?? true, alarms: this.alarms, consumers };
  }

  async reach(): Promise<void> {
    if (this.ownership?.live === false) throw new Error('another process has the embedded log');
    await this.store.partitionCounts();
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.queue.close(CLOSE_WITHIN_MS);
    await Promise.all([...this.readers.keys()].map((reader) => reader.stop()));
    if (this.database) await within(CLOSE_WITHIN_MS, this.database.close());
    await this.ownership?.release();
  }

  private get store(): LogStore {
    if (!this.database) throw new Error('the embedded log was not started');
    return new LogStore(this.database);
  }

  private countOf(topic: string): number {
    const partitions = this.partitions.get(topic);
    if (partitions === undefined) throw new Error(`topic ${topic} does not exist`);
    return partitions;
  }

  /** Where the group goes on in its partitions; records that it missed raise an alarm. */
  private async offsetsOf(topic: Topic, group: string, owned: (partition: number) => boolean) {
    const offsets = new Map<number, bigint>();
    for (const { partition, first, end, next } of await this.positions(topic, group)) {
      if (!owned(partition)) continue;
      const missed = next !== undefined && (next < first || next > end);
      if (missed) this.raise(group, topic.name, partition);
      offsets.set(partition, next === undefined || missed ? first : next);
    }
    return offsets;
  }

  private raise(group: string, topic: string, partition: number): void {
    const alarm = `${group} stands at an offset of ${topic}/${partition} that the log does not have`;
    if (!this.alarms.includes(alarm)) this.alarms.push(alarm);
    this.options.telemetry.alarm(group);
    this.options.logger.error({ group, topic, partition }, 'offset out of range: records may have been missed');
  }

  private wake(isConcerned: (topic: string) => boolean): void {
    for (const [reader, topic] of this.readers) if (isConcerned(topic)) reader.wake();
  }

  private async runHousekeeping(): Promise<void> {
    while (!this.closing.signal.aborted) {
      await wait(HOUSEKEEPING_MS, this.closing.signal);
      if (this.closing.signal.aborted) return;
      try {
        await this.housekeep();
      } catch (error) {
        this.options.logger.warn({ err: error }, 'housekeeping of the embedded log will be tried again');
      }
    }
  }

  /** Drops expired records and replaced states. */
  async housekeep(): Promise<void> {
    const now = this.options.now();
    await this.store.expire(now);
    await this.store.compact(new Date(now.getTime() - REPLACED_MS));
  }
}
