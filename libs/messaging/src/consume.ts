import { type Event, fromWire } from '@chargemesh/contracts';
import { type Database, type Transaction, isStatementTimeout, isTransient } from '@chargemesh/persistence';
import { arrived, claim, lockOfParked, park, parkedAmong, standing, unclaim } from './consume.store.js';
import { nameOf } from './dependency.js';
import { type Subscription, patternOf } from './handlers.js';
import { type Incoming, type Readable, eventOf, isReadable, letterOf, parkingKeyOf } from './letter.js';
import type { Logger } from './log.js';
import type { Overdue, Verdict } from './overdue.js';
import { nextTry } from './retry.decide.js';
import { Sieve } from './sieve.js';
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
  /** Shared by the consumers of the service. */
  readonly overdue: Overdue;
  /** Called after the commit with each consumer whose waiting events can go on. */
  readonly wake: (consumer: string) => void;
}

/**
 * Applies batches of a topic: one transaction each, with locks, inbox, handler and dead letters. Rejects only with
 * retryable errors; the batch is then delivered again.
 */
export class BatchConsumer {
  readonly name: string;
  readonly subscription: Subscription;
  readonly database: Database;
  readonly overdue: Overdue;
  /** Called when there are parked events that are to be tried again. */
  onWaiting: () => void = () => undefined;
  private readonly types: ReadonlySet<string> | undefined;

  constructor(private readonly options: ConsumerOptions) {
    this.subscription = options.subscription;
    this.database = options.database;
    this.overdue = options.overdue;
    this.name = patternOf(options.subscription);
    this.types = options.subscription.types && new Set(options.subscription.types);
  }

  async take(records: readonly StoredRecord[]): Promise<void> {
    const spans = new ConsumeSpans(this.name);
    const items = this.read(records, spans);
    if (items.length === 0) return;
    try {
      await this.options.telemetry.timeBatch(this.name, items.length, () => this.applyAll(items));
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

  /** Gives events to the handler; what they are to others that wait for them is told with them. */
  async apply(events: Event[], tx: Transaction, awaited = true): Promise<void> {
    await this.options.handle(events, tx);
    if (!awaited) return;
    const { topic } = this.subscription;
    const states = [...new Set(events.map(({ key }) => nameOf({ topic, key })))];
    for (const consumer of await arrived(tx, states, this.options.now()))
      tx.onCommit(() => this.options.wake(consumer));
  }

  /** Enters events into the inbox, as `claim` does; of a consumer without one, all of them are new. */
  async claim(tx: Transaction, events: readonly Event[]): Promise<Awaited<ReturnType<typeof claim>>> {
    if (!this.subscription.versioned) return claim(tx, this.name, events);
    return { places: undefined, ...(await standing(tx, this.name)) };
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

  /**
   * A batch that takes too long is halved, each half in a transaction of its own; whoever has taken too long before goes
   * alone. What is to be tried again is given again with its key, after the others.
   */
  private async applyAll(items: readonly Incoming[]): Promise<void> {
    const held = new Map<string, unknown>();
    await this.applyParts(items, held);
    for (const error of held.values()) throw error;
  }

  private async applyParts(items: readonly Incoming[], held: Map<string, unknown>): Promise<void> {
    for (const together of this.partsOf(items)) {
      const part = together.filter((item) => !held.has(parkingKeyOf(item)));
      try {
        if (part.length > 0) await this.applyOrSift(part);
      } catch (error) {
        if (!isStatementTimeout(error)) throw error;
        const half = part.length >> 1;
        const [only] = part;
        if (half === 0 && only) {
          if ((await this.setAside(only, error)) === 'again') held.set(parkingKeyOf(only), error);
          continue;
        }
        await this.applyParts(part.slice(0, half), held);
        await this.applyParts(part.slice(half), held);
      }
    }
  }

  private partsOf(items: readonly Incoming[]): Incoming[][] {
    const parts: Incoming[][] = [];
    let together: Incoming[] | undefined;
    for (const item of items) {
      const alone = item.event !== undefined && this.overdue.isSuspect(item.event.id);
      if (!together || alone) parts.push((together = []));
      together.push(item);
      if (alone) together = undefined;
    }
    return parts;
  }

  private async applyOrSift(items: readonly Incoming[]): Promise<void> {
    if (!items.every(isReadable)) return this.sift(items);
    try {
      const applied = await this.transaction(items, async (tx) => {
        const { fresh, awaited } = await this.admit(tx, items);
        if (fresh.length > 0) await this.apply(fresh.map(eventOf), tx, awaited);
        return fresh;
      });
      this.succeeded(applied);
    } catch (error) {
      if (isTransient(error)) throw error;
      await this.sift(items);
    }
  }

  /** An event that takes too long alone: it is tried again, and then parked or made to wait, so that others go on. */
  private async setAside(item: Incoming, error: unknown): Promise<Verdict> {
    const { now, logger } = this.options;
    if (!isReadable(item)) throw error;
    const verdict = this.overdue.judge(item.event.id);
    if (verdict === 'again') return verdict;
    const at = now();
    const waitsUntil = verdict === 'wait' ? nextTry(at, at) : null;
    await this.transaction([item], async (tx) => {
      const { fresh } = await this.admit(tx, [item]);
      if (fresh.length === 0) return;
      await unclaim(tx, this.name, [item.event]);
      await park(tx, [letterOf(this.name, item, at, { error, waitsUntil })]);
      tx.onCommit(() => this.count('parked', 1));
    });
    logger.error(
      { err: error, consumer: this.name, parkingKey: parkingKeyOf(item), verdict },
      'an event takes too long',
    );
    if (verdict === 'wait') this.onWaiting();
    return verdict;
  }

  /** Applies what can be applied and parks the rest with its followers, in one transaction. */
  private async sift(items: readonly Incoming[]): Promise<void> {
    let sieve: Sieve | undefined;
    await this.transaction(items, async (tx) => {
      const { fresh } = await this.admit(tx, items.filter(isReadable));
      const admitted = new Set<Incoming>(fresh);
      sieve = new Sieve(this, tx, this.options);
      await sieve.run(items.filter((item) => !isReadable(item) || admitted.has(item)));
    });
    if (!sieve) return;
    this.succeeded(sieve.applied);
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

  /**
   * The items that are neither applied before nor to wait behind parked ones, and whether the service has anything that
   * waits for a state.
   */
  private async admit(tx: Transaction, items: readonly Readable[]): Promise<{ fresh: Readable[]; awaited: boolean }> {
    const first = withoutRepeats(items);
    if (first.length === 0) return { fresh: [], awaited: false };
    // A statement of its own: its snapshot must be younger than the locks.
    const { places, parked, awaited } = await this.claim(tx, first.map(eventOf));
    const fresh = places ? first.filter((_, place) => places.has(place)) : first;
    this.count('duplicates', items.length - fresh.length);
    return { fresh: parked && fresh.length > 0 ? await this.parkBehind(tx, fresh) : fresh, awaited };
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

  private succeeded(items: readonly Readable[]): void {
    this.count('consumed', items.length);
    this.overdue.succeeded(items.map(({ event }) => event.id));
  }

  private count(what: 'consumed' | 'duplicates' | 'parked', events: number): void {
    this.options.telemetry.count(what, this.name, events);
  }
}

/** The first sending of every event, by what the inbox tells them apart by. */
function withoutRepeats(items: readonly Readable[]): Readable[] {
  const seen = new Set<string>();
  return items.filter(({ event }) => seen.size < seen.add(`${event.id} ${Date.parse(event.time)}`).size);
}
