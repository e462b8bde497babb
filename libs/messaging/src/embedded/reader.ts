import { deliver } from '../deliver.js';
import type { Logger } from '../log.js';
import type { BatchHandler, ConsumerHealth, Consumption, StoredRecord } from '../transport.js';
import { Backoff, wait, within } from '../wait.js';

const BATCH_RECORDS = 500;
/** A wake that got lost costs no more than this; none is known to get lost. */
const IDLE_MS = 30_000;

/** The partitions a reader has for the time being, and the offsets it reads next; replaced as a whole. */
interface Assignment {
  readonly offsets: Map<number, bigint>;
  /** Aborted when the partitions are taken away. */
  readonly revoked: AbortController;
}

export interface ReaderOptions {
  readonly name: string;
  readonly read: (offsets: ReadonlyMap<number, bigint>, limit: number) => Promise<StoredRecord[]>;
  /** The partitions to read now and where from; asked again after they were revoked. */
  readonly assign: () => Promise<Map<number, bigint>>;
  /** Keeps the offsets of what was handled. */
  readonly commit: (offsets: ReadonlyMap<number, bigint>) => Promise<void>;
  readonly handle: BatchHandler;
  readonly logger: Logger;
  readonly stopWithinMs: number;
}

/** Reads its partitions of a topic, batch by batch. */
export class Reader implements Consumption {
  private assignment: Assignment | undefined;
  private revocations = 0;
  /** Whether the log could be read the last time. */
  private alive = true;
  private readonly stopping = new AbortController();
  private idle = new AbortController();
  private readonly running: Promise<void>;

  constructor(private readonly options: ReaderOptions) {
    this.running = this.run();
  }

  wake(): void {
    this.idle.abort();
  }

  /** Its loop never ends by itself, so it is never stuck. */
  health(): ConsumerHealth {
    return { name: this.options.name, alive: this.alive, stuck: false, restarts: 0 };
  }

  /** Takes the partitions away; the batch in hand may end, its offsets are not committed. */
  revoke(): void {
    this.assignment?.revoked.abort();
    this.assignment = undefined;
    this.revocations += 1;
    this.wake();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await within(this.options.stopWithinMs, this.running);
    // A batch that hangs may end after somebody else has the partitions.
    this.revoke();
  }

  private async run(): Promise<void> {
    const backoff = new Backoff(50, 2_000);
    while (!this.stopping.signal.aborted) {
      try {
        this.idle = new AbortController();
        const some = await this.turn();
        this.alive = true;
        if (some) backoff.reset();
        else await wait(IDLE_MS, this.idle.signal);
      } catch (error) {
        this.alive = false;
        this.options.logger.warn({ err: error, reader: this.options.name }, 'reading the log is tried again');
        await backoff.pause(this.stopping.signal);
      }
    }
  }

  private async assigned(): Promise<Assignment> {
    while (!this.assignment) {
      const { revocations } = this;
      const offsets = await this.options.assign();
      // What was answered before a revocation no longer holds.
      if (revocations === this.revocations) this.assignment = { offsets, revoked: new AbortController() };
    }
    return this.assignment;
  }

  /** Handles one batch; false when there was none. */
  private async turn(): Promise<boolean> {
    const assignment = await this.assigned();
    if (assignment.offsets.size === 0) return false;
    const records = await this.options.read(assignment.offsets, BATCH_RECORDS);
    if (records.length === 0) return false;
    const { handle, name, logger } = this.options;
    const signal = AbortSignal.any([assignment.revoked.signal, this.stopping.signal]);
    const delivered = await deliver(handle, records, { reader: name, signal, logger });
    if (!delivered || assignment !== this.assignment) return true;
    const read = new Map(records.map(({ partition, offset }) => [partition, BigInt(offset) + 1n]));
    for (const [partition, offset] of read) assignment.offsets.set(partition, offset);
    await this.options.commit(read);
    return true;
  }
}
