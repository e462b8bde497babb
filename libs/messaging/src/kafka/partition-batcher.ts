import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import { deliver } from '../deliver.js';
import type { Logger } from '../log.js';
import { type BatchHandler, type StoredRecord } from '../transport.js';
import { wait, within } from '../wait.js';
import { OffsetCommits } from './offset-commits.js';

const BATCH_RECORDS = 500;
const BATCH_BYTES = 4_000_000;
const HEARTBEAT_MS = 1_000;

/** What kafkajs fetched of one partition and waits to be told is done with. */
interface Fetched {
  readonly payload: EachBatchPayload;
  readonly messages: readonly KafkaMessage[];
  /** Index of the first message that was not handled yet. */
  next: number;
  /** Lets kafkajs go on: fetch more, or join the group again when there was an error. */
  settle(error?: unknown): void;
}

interface Slice {
  readonly from: Fetched;
  readonly count: number;
}

/**
 * Merges what was fetched of all partitions into bounded batches, one at a time, and keeps the membership alive
 * meanwhile. Nothing is committed for a partition after a rebalance has begun.
 */
export class PartitionBatcher {
  private fetched: Fetched[] = [];
  private pumping: Promise<void> | undefined;
  private heartbeats: NodeJS.Timeout | undefined;
  private readonly stopping = new AbortController();
  /** Aborted when what is in hand may belong to somebody else. */
  private lost = new AbortController();
  private readonly commits: OffsetCommits;

  constructor(
    private readonly group: string,
    private readonly handle: BatchHandler,
    private readonly logger: Logger,
  ) {
    this.commits = new OffsetCommits((error) => this.giveUp(error));
  }

  /** For kafkajs' `eachBatch`; several partitions at the same time. */
  async take(payload: EachBatchPayload): Promise<void> {
    // The fetcher would spin until the consumer has stopped.
    if (this.stopping.signal.aborted) return wait(HEARTBEAT_MS / 10);
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: unknown) => (error === undefined ? resolve() : reject(error as Error));
      this.fetched.push({ payload, messages: payload.batch.messages, next: 0, settle });
      this.pumping ??= this.pump();
    });
  }

  /** The group was joined anew: what was fetched before is fetched again by whoever has the partition now. */
  rejoined(): void {
    this.giveUp(undefined);
  }

  /** Lets the batch in hand end and its offsets be committed. */
  async stop(withinMs: number): Promise<boolean> {
    this.stopping.abort();
    const ended = await within(
      withinMs,
      (this.pumping ?? Promise.resolve()).then(() => this.commits.done()),
    );
    this.giveUp(undefined);
    clearInterval(this.heartbeats);
    return ended;
  }

  private giveUp(error: unknown): void {
    this.lost.abort();
    this.lost = new AbortController();
    this.commits.forget();
    for (const { settle } of this.fetched.splice(0)) settle(error);
  }

  private async pump(): Promise<void> {
    this.heartbeats = setInterval(() => void this.heartbeat(), HEARTBEAT_MS);
    // The partitions of one fetch arrive in the same turn of the event loop.
    await new Promise((next) => setImmediate(next));
    while (this.fetched.length > 0 && !this.stopping.signal.aborted) {
      // kafkajs fails here when a rebalance took the topic away in this very moment.
      await this.handleSome(this.slices()).catch((error: unknown) => this.giveUp(error));
    }
    clearInterval(this.heartbeats);
    this.pumping = undefined;
  }

  private async heartbeat(): Promise<void> {
    try {
      await this.fetched[0]?.payload.heartbeat();
    } catch (error) {
      this.giveUp(error);
    }
  }

  private async handleSome(slices: readonly Slice[]): Promise<void> {
    const records = slices.flatMap(recordsOf);
    const lost = this.lost.signal;
    const signal = AbortSignal.any([lost, this.stopping.signal]);
    const delivered = await deliver(this.handle, records, { reader: this.group, signal, logger: this.logger });
    if (!delivered || lost.aborted) return;
    for (const { from, count } of slices) {
      from.next += count;
      this.commits.add(from.payload, from.messages[from.next - 1]?.offset);
    }
    const done = this.fetched.filter(({ next, messages }) => next === messages.length);
    this.fetched = this.fetched.filter((each) => !done.includes(each));
    for (const { settle } of done) settle();
  }

  /** A fair share of every partition, within the bounds of a batch. */
  private slices(): Slice[] {
    const share = Math.ceil(BATCH_RECORDS / this.fetched.length);
    const slices: Slice[] = [];
    let bytes = 0;
    for (const from of this.fetched) {
      let count = 0;
      while (
        count < share &&
        from.next + count < from.messages.length &&
        (bytes < BATCH_BYTES || slices.length + count === 0)
      ) {
        bytes += from.messages[from.next + count]?.value?.length ?? 0;
        count += 1;
      }
      if (count > 0) slices.push({ from, count });
    }
    return slices;
  }
}

function recordsOf({ from, count }: Slice): StoredRecord[] {
  const { topic, partition } = from.payload.batch;
  return from.messages.slice(from.next, from.next + count).map((message) => recordOf(topic, partition, message));
}

export function recordOf(topic: string, partition: number, message: KafkaMessage): StoredRecord {
  const headers: Record<string, string> = {};
  for (const name in message.headers) headers[name] = String(message.headers[name]);
  return {
    topic,
    partition,
    offset: message.offset,
    key: message.key?.toString() ?? '',
    value: message.value?.toString() ?? '',
    headers,
  };
}
