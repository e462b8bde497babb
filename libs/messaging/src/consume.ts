import { type Event, fromWire } from '@chargemesh/contracts';
import { type Database, type Transaction, isTransient } from '@chargemesh/persistence';
import { claim, lockOfParked, park, parkedAmong, unclaim } from './consume.store.js';
import { DependencyMissing } from './dependency.js';
import { type Subscription, patternOf } from './handlers.js';
import { type Incoming, letterOf, parkingKeyOf } from './letter.js';
import type { Logger } from './log.js';
import type { Telemetry } from './telemetry.js';
import { ConsumeSpans } from './tracing.js';
import type { StoredRecord } from './transport.js';

export interface ConsumerOptions {
  readonly subscription: Subscription;
  readonly database: Database;
  /** The service's handler; what it writes must be in the transaction. */
  readonly handle: (events: Event[], tx: Transaction) => Promise<unknown>;
  readonly logger: Logger;
  readonly now: () => Date;
  readonly telemetry: Telemetry;
  /** How long an event is tried again whose dependency is missing, in milliseconds. */
  readonly dependencyWaitMs: number;
}

/** An item that is an event. */
type Readable = Incoming & { readonly event: Event };

/**
 * Applies batches of a topic: one transaction each, with locks, inbox, handler and dead letters. Rejects only with
 * faults that pass; the batch is then given again.
 */
export class BatchConsumer {
  readonly name: string;
  readonly subscription: Subscription;
  readonly database: Database;
  readonly dependencyWaitMs: number;
  /** Called after events were parked that are to be tried again. */
  onWaiting: () => void = () => undefined;
  private readonly types: ReadonlySet<string> | undefined;

  constructor(private readonly options: ConsumerOptions) {
    this.subscription = options.subscription;
    this.database = options.database;
    this.dependencyWaitMs = options.dependencyWaitMs;
    this.name = patternOf(options.subscription);
    this.types = options.subscription.types && new Set(options.subscription.types);
  }

  async take(records: readonly StoredRecord[]): Promise<void> {
    const spans = new ConsumeSpans(this.name);
    const items = this.read(records, spans);
    if (items.length === 0) return;
    try {
      await this.apply(items);
      spans.end();
    } catch (error) {
      spans.end(error);
      throw error;
    }
  }

  /** Name of the aggregate whose lock an event is handled under. */
  lockOf(event: Event): string {
    return this.subscription.lockBy?.(event) ?? event.key;
  }

  handle(events: Event[], tx: Transaction): Promise<unknown> {
    return this.options.handle(events, tx);
  }

  private read(records: readonly StoredRecord[], spans: ConsumeSpans): Incoming[] {
    const items: Incoming[] = [];
    for (const record of records) {
      const type = record.headers['ce_type'];
      if (this.types && type !== undefined && !this.types.has(type)) continue;
      try {
        const event = fromWire(this.subscription.topic, record);
        if (event) items.push({ record, event: spans.start(event) });
      } catch (invalid) {
        items.push({ record, event: undefined, invalid });
      }
    }
    return items;
  }

  private async apply(items: readonly Incoming[]): Promise<void> {
    if (!items.every(isReadable)) return this.sift(items);
    try {
      const applied = await this.transaction(items, async (tx) => {
        const fresh = await this.admit(tx, items);
        if (fresh.length > 0) await this.handle(fresh.map(eventOf), tx);
        return fresh.length;
      });
      this.count('consumed', applied);
    } catch (error) {
      if (isTransient(error)) throw error;
      await this.sift(items);
    }
  }

  /** Applies what can be applied and parks the rest with its followers, in one transaction. */
  private async sift(items: readonly Incoming[]): Promise<void> {
    let sieve: Sieve | undefined;
    await this.transaction(items, async (tx) => {
      const readable = await this.admit(tx, items.filter(isReadable));
      const admitted = new Set<Incoming>(readable);
      sieve = new Sieve(this, tx, this.options);
      await sieve.run(items.filter((item) => !isReadable(item) || admitted.has(item)));
    });
    if (!sieve) return;
    this.count('consumed', sieve.applied);
    this.count('parked', sieve.parked);
    if (sieve.waiting) this.onWaiting();
  }

  private transaction<T>(items: readonly Incoming[], work: (tx: Transaction) => Promise<T>): Promise<T> {
    const readable = items.filter(isReadable);
    const operators = new Set(readable.map(({ event }) => event.operatorId));
    return this.database.transaction([...operators], async (tx) => {
      await tx.lock(readable.map(({ event }) => this.lockOf(event)));
      return work(tx);
    });
  }

  /** The items that are neither applied before nor to wait behind parked ones. */
  private async admit(tx: Transaction, items: readonly Readable[]): Promise<Readable[]> {
    const first = withoutRepeats(items);
    if (first.length === 0) return [];
    // A statement of its own: its snapshot must be younger than the locks.
    const { ids, parked } = await claim(tx, this.name, first.map(eventOf));
    const fresh = ids ? first.filter(({ event }) => ids.has(event.id)) : first;
    this.count('duplicates', items.length - fresh.length);
    return parked && fresh.length > 0 ? this.parkBehind(tx, fresh) : fresh;
  }

  private async parkBehind(tx: Transaction, items: readonly Readable[]): Promise<Readable[]> {
    const suspects = await parkedAmong(tx, this.name, [...new Set(items.map(parkingKeyOf))]);
    if (suspects.size === 0) return [...items];
    // A replay may be draining the key right now; under its lock the answer is final.
    await tx.lock([...suspects].map((key) => lockOfParked(this.name, key)));
    const parked = await parkedAmong(tx, this.name, [...suspects]);
    const behind = items.filter((item) => parked.has(parkingKeyOf(item)));
    if (behind.length === 0) return [...items];
    const at = this.options.now();
    await unclaim(tx, this.name, behind.map(eventOf));
    await park(
      tx,
      behind.map((item) => letterOf(this.name, item, at)),
    );
    tx.onCommit(() => this.count('parked', behind.length));
    return items.filter((item) => !parked.has(parkingKeyOf(item)));
  }

  private count(what: 'consumed' | 'duplicates' | 'parked', events: number): void {
    if (events > 0) this.options.telemetry[what].add(events, { consumer: this.name });
  }
}

/** Finds the culprits of a failed batch by halving it, each try in a savepoint. */
class Sieve {
  applied = 0;
  parked = 0;
  /** Whether something was parked that is to be tried again by itself. */
  waiting = false;
  private readonly stopped = new Set<string>();

  constructor(
    private readonly consumer: BatchConsumer,
    private readonly tx: Transaction,
    private readonly options: ConsumerOptions,
  ) {}

  async run(items: readonly Incoming[]): Promise<void> {
    let readable: Readable[] = [];
    for (const item of items) {
      if (isReadable(item)) {
        readable.push(item);
        continue;
      }
      await this.halve(readable);
      readable = [];
      await this.park(item, item.invalid);
    }
    await this.halve(readable);
  }

  private async halve(items: readonly Readable[]): Promise<void> {
    const standing = items.filter((item) => !this.stopped.has(parkingKeyOf(item)));
    const behind = items.filter((item) => this.stopped.has(parkingKeyOf(item)));
    if (behind.length > 0) await this.parkBehind(behind);
    const [first] = standing;
    if (!first) return;
    try {
      await this.tx.attempt(() => this.consumer.handle(standing.map(eventOf), this.tx));
      this.applied += standing.length;
    } catch (error) {
      if (isTransient(error)) throw error;
      if (standing.length === 1) return this.parkEvent(first, error);
      const half = standing.length >> 1;
      await this.halve(standing.slice(0, half));
      await this.halve(standing.slice(half));
    }
  }

  private async parkEvent(item: Readable, error: unknown): Promise<void> {
    await unclaim(this.tx, this.consumer.name, [item.event]);
    await this.park(item, error);
  }

  private async park(item: Incoming, error: unknown): Promise<void> {
    const { now, dependencyWaitMs, logger } = this.options;
    const at = now();
    const waits = error instanceof DependencyMissing;
    const waitsUntil = waits ? new Date(at.getTime() + dependencyWaitMs) : null;
    await park(this.tx, [letterOf(this.consumer.name, item, at, { error, waitsUntil })]);
    this.stopped.add(parkingKeyOf(item));
    this.parked += 1;
    this.waiting ||= waits;
    const { partition, offset } = item.record;
    const about = { err: error, consumer: this.consumer.name, parkingKey: parkingKeyOf(item), partition, offset };
    if (waits) logger.info(about, 'an event waits for what it depends on');
    else logger.error(about, 'an event was parked');
  }

  private async parkBehind(items: readonly Readable[]): Promise<void> {
    const at = this.options.now();
    await unclaim(this.tx, this.consumer.name, items.map(eventOf));
    await park(
      this.tx,
      items.map((item) => letterOf(this.consumer.name, item, at)),
    );
    this.parked += items.length;
  }
}

function isReadable(item: Incoming): item is Readable {
  return item.event !== undefined;
}

/** The first sending of every event. */
function withoutRepeats(items: readonly Readable[]): Readable[] {
  const seen = new Set<string>();
  return items.filter(({ event }) => seen.size < seen.add(event.id).size);
}

function eventOf({ event }: Readable): Event {
  return event;
}
