import type { Topic, WireRecord } from '@chargemesh/contracts';

/** A record on its way into the log. */
export interface OutgoingRecord extends WireRecord {
  readonly topic: string;
}

/** A record of the log and where it stands. */
export interface StoredRecord extends WireRecord {
  readonly topic: string;
  readonly partition: number;
  /** A whole number without bound, in decimal. */
  readonly offset: string;
}

/**
 * Takes records of one or several partitions, in order per partition. Resolved means done with: their offsets may be
 * committed. Rejected means that the same records are to be given again after a pause.
 */
export type BatchHandler = (records: readonly StoredRecord[]) => Promise<void>;

/** A running reader of a topic. */
export interface Consumption {
  /** Takes no more, lets the batch in hand end, commits its offsets, and leaves; within the transport's time. */
  stop(): Promise<void>;
}

/** Where a group stands in a partition. */
export interface Position {
  readonly partition: number;
  /** Offset of the oldest record that is still kept. */
  readonly first: bigint;
  /** Offset that the next record will get. */
  readonly end: bigint;
  /** Offset that the group will read next; undefined before its first commit. */
  readonly next: bigint | undefined;
}

/** How one reader of the log is. */
export interface ConsumerHealth {
  /** Its group, or the broadcast reader's own name. */
  readonly name: string;
  /** Whether it reads; one that has ended is started again by itself. */
  readonly alive: boolean;
  /** Whether it does not come back although the log answers. */
  readonly stuck: boolean;
  /** How often it was started again. */
  readonly restarts: number;
}

/** The log cannot be reached. */
export class LogAway extends Error {
  override readonly name = 'LogAway';
}

export interface Health {
  /** False when the transport cannot recover by itself and its process has to be started anew. */
  readonly live: boolean;
  /** What somebody has to look at, e.g. records that were gone before a group had read them. */
  readonly alarms: readonly string[];
  readonly consumers: readonly ConsumerHealth[];
}

/**
 * A durable, partitioned log. Records of a key keep their order; a record is read at least once by every group;
 * offsets are committed only by who owns the partition, after the records were handled.
 */
export interface Transport {
  /** Connects; rejects when the log cannot be reached or is taken. */
  start(): Promise<void>;
  /** Creates the declared topics that are missing; rejects when one exists with another number of partitions. */
  ensureTopics(topics: readonly Topic[]): Promise<void>;
  /** Resolves when all records are durable, in order per key; rejects with `NotDurable`. */
  produce(records: readonly OutgoingRecord[]): Promise<void>;
  /** Reads a topic as a member of a durable group, from the beginning of the log when the group is new. */
  consume(topic: Topic, group: string, handle: BatchHandler): Promise<Consumption>;
  /** Reads what is produced after this has resolved, in every partition; no offsets are kept. */
  listen(topic: Topic, reader: string, handle: BatchHandler): Promise<Consumption>;
  /** Where a group stands, per partition. */
  positions(topic: Topic, group: string): Promise<Position[]>;
  health(): Health;
  /** Resolves when the log can be asked something, and rejects with why it cannot; within a few seconds. */
  reach(): Promise<void>;
  /** Lets what is being sent end and disconnects, within a bounded time. */
  close(): Promise<void>;
}

/** Records that a group has still to read. */
export function lagOf({ first, end, next }: Position): bigint {
  const from = next === undefined || next < first ? first : next;
  return end > from ? end - from : 0n;
}

/** Largest record that is taken, in bytes of key and value; brokers take 1 MiB with headers by default. */
export const MAX_RECORD_BYTES = 900_000;

export function bytesOf(record: WireRecord): number {
  return record.key.length + Buffer.byteLength(record.value);
}
