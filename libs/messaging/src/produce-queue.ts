import { EventTooLarge, NotDurable } from './producer.js';
import { MAX_RECORD_BYTES, type OutgoingRecord, bytesOf } from './transport.js';
import { Backoff, wait, within } from './wait.js';

/** Hears of every send and every refusal: how many records, since when the first of them had waited, and why they are not durable. */
type Measure = (records: number, since: number, error?: Error) => void;

export interface ProduceLimits {
  /** Records and bytes of one send. */
  readonly batchRecords: number;
  readonly batchBytes: number;
  /** Records and bytes that wait at most; more are refused at once. */
  readonly waitingRecords: number;
  readonly waitingBytes: number;
  /** How long a batch is tried, in milliseconds. */
  readonly withinMs: number;
  /** For how long the next batch gathers when the one before has been sent; what comes to an idle queue goes at once. */
  readonly gatherMs: number;
}

export const produceLimits: ProduceLimits = {
  batchRecords: 2_000,
  // Below the broker's limit even if all records fall into one partition.
  batchBytes: MAX_RECORD_BYTES,
  waitingRecords: 50_000,
  waitingBytes: 64_000_000,
  withinMs: 30_000,
  gatherMs: 2,
};

interface Waiter {
  readonly records: readonly OutgoingRecord[];
  readonly bytes: number;
  /** When they were handed in, on the clock of `performance.now()`. */
  readonly since: number;
  resolve(): void;
  reject(error: Error): void;
}

/**
 * One send at a time; what comes meanwhile gathers into the next batch. A failed batch is tried again unchanged, so the
 * order of a key holds and the worst is a duplicate. (kafkajs' idempotent producer loses acknowledged records when a
 * response is lost while other sends wait, hence none of that.)
 */
export class ProduceQueue {
  private readonly waiting: Waiter[] = [];
  private waitingRecords = 0;
  private waitingBytes = 0;
  private running: Promise<void> | undefined;
  private readonly closing = new AbortController();

  constructor(
    private readonly send: (records: readonly OutgoingRecord[]) => Promise<void>,
    private readonly measure: Measure = () => undefined,
    private readonly limits: ProduceLimits = produceLimits,
  ) {}

  /** Resolves when all are durable. After a failed part of a large call the later parts are not sent. */
  async add(records: readonly OutgoingRecord[]): Promise<void> {
    const [first] = records;
    // What a message of a station tells is nearly always one.
    if (first && records.length === 1) return this.enqueue(records, sizeOf(first));
    for (const part of this.parts(records)) await this.enqueue(part.records, part.bytes);
  }

  /** Takes no more and lets the batch in hand end. */
  async close(withinMs: number): Promise<void> {
    this.closing.abort();
    await within(withinMs, this.running ?? Promise.resolve());
    for (const waiter of this.waiting.splice(0)) waiter.reject(new NotDurable('the log is being closed'));
  }

  private *parts(records: readonly OutgoingRecord[]): Generator<{ records: OutgoingRecord[]; bytes: number }> {
    let part: OutgoingRecord[] = [];
    let bytes = 0;
    for (const record of records) {
      const size = sizeOf(record);
      if (part.length > 0 && (part.length >= this.limits.batchRecords || bytes + size > this.limits.batchBytes)) {
        yield { records: part, bytes };
        part = [];
        bytes = 0;
      }
      part.push(record);
      bytes += size;
    }
    if (part.length > 0) yield { records: part, bytes };
  }

  private enqueue(records: readonly OutgoingRecord[], bytes: number): Promise<void> {
    const { waitingRecords, waitingBytes } = this.limits;
    const since = performance.now();
    const refused = (reason: string) => {
      const error = new NotDurable(reason);
      this.measure(records.length, since, error);
      return Promise.reject(error);
    };
    if (this.closing.signal.aborted) return refused('the log is being closed');
    if (this.waitingRecords + records.length > waitingRecords || this.waitingBytes + bytes > waitingBytes)
      return refused('too much is waiting for the log');
    return new Promise((resolve, reject) => {
      this.waiting.push({ records, bytes, since, resolve, reject });
      this.waitingRecords += records.length;
      this.waitingBytes += bytes;
      this.running ??= this.run();
    });
  }

  private async run(): Promise<void> {
    // What is handed in during the same turn of the event loop shares the first send.
    await new Promise((next) => setImmediate(next));
    while (this.waiting.length > 0 && !this.closing.signal.aborted) {
      await this.sendBatch(this.nextBatch());
      if (this.waiting.length > 0 && this.fits(this.waitingRecords, this.waitingBytes))
        await wait(this.limits.gatherMs, this.closing.signal);
    }
    this.running = undefined;
  }

  private nextBatch(): Waiter[] {
    const batch: Waiter[] = [];
    let [records, bytes] = [0, 0];
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      if (batch.length > 0 && !this.fits(records + next.records.length, bytes + next.bytes)) break;
      this.waiting.shift();
      this.waitingRecords -= next.records.length;
      this.waitingBytes -= next.bytes;
      batch.push(next);
      records += next.records.length;
      bytes += next.bytes;
    }
    return batch;
  }

  private fits(records: number, bytes: number): boolean {
    return records <= this.limits.batchRecords && bytes <= this.limits.batchBytes;
  }

  private async sendBatch(batch: readonly Waiter[]): Promise<void> {
    const records = batch.flatMap((waiter) => waiter.records);
    const since = batch[0]?.since ?? 0;
    const backoff = new Backoff(20, 1_000);
    for (;;) {
      try {
        await this.send(records);
        this.measure(records.length, since);
        for (const waiter of batch) waiter.resolve();
        return;
      } catch (cause) {
        if (performance.now() >= since + this.limits.withinMs || this.closing.signal.aborted) {
          const error = new NotDurable('the log did not take the events in time', { cause });
          this.measure(records.length, since, error);
          for (const waiter of batch) waiter.reject(error);
          return;
        }
        await backoff.pause(this.closing.signal);
      }
    }
  }
}

function sizeOf(record: OutgoingRecord): number {
  const size = bytesOf(record);
  if (size > MAX_RECORD_BYTES)
    throw new EventTooLarge(`a record of ${record.topic} is larger than ${MAX_RECORD_BYTES} bytes`);
  return size;
}
