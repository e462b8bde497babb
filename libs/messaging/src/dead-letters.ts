import { type Event, fromWire } from '@chargemesh/contracts';
import {
  ALL_OPERATORS,
  type Database,
  type KeysetList,
  type Transaction,
  isStatementTimeout,
  isTransient,
} from '@chargemesh/persistence';
import type { BatchConsumer } from './consume.js';
import { lockOfParked } from './consume.store.js';
import {
  type DeadLetter,
  type DiscardedLetter,
  type Discarding,
  type LettersWanted,
  deleteLetter,
  discardLetter,
  discardedById,
  discardedLetters,
  goOnWith,
  letterById,
  lettersOf,
  markLetter,
  parkedLetters,
} from './dead-letters.store.js';
import { DependencyMissing } from './dependency.js';
import { reasonOf, stackOf } from './failure.js';
import { nextTry } from './retry.decide.js';

/** Letters that one transaction of a replay takes on. */
const REPLAY_ROWS = 200;

export interface Replayed {
  /** Events that were applied now. */
  readonly replayed: number;
  /** Why the first of the remaining ones failed; undefined when nothing remains. */
  readonly reason: string | undefined;
}

/** What a service's consumers have parked: to be looked at, tried again in order, or discarded. */
export class DeadLetters {
  constructor(
    private readonly database: Database,
    private readonly consumers: ReadonlyMap<string, BatchConsumer>,
    private readonly now: () => Date,
  ) {}

  /** The first ones in the order of parking. */
  list(wanted: LettersWanted): Promise<DeadLetter[]> {
    return this.first(parkedLetters, wanted);
  }

  /** Parked or discarded. */
  get(id: string): Promise<DeadLetter | DiscardedLetter | undefined> {
    return this.database.transaction([], async (tx) => (await letterById(tx, id)) ?? discardedById(tx, id));
  }

  /** What was given up first, in the order of its parking. */
  discarded(wanted: LettersWanted): Promise<DiscardedLetter[]> {
    return this.first(discardedLetters, wanted);
  }

  /**
   * Gives one letter up, and keeps it among the discarded: its fact counts as applied, and those behind it are tried
   * again, by this process or another.
   * @returns false when it is not, or no longer, parked
   */
  async discard(tx: Transaction, { id, consumer: name, parkingKey }: DeadLetter, by: Discarding): Promise<boolean> {
    const consumer = this.consumers.get(name);
    if (!consumer) return false;
    await tx.lock([lockOfParked(name, parkingKey)]);
    // Under the lock: a replay may have applied it meanwhile.
    const letter = await letterById(tx, id);
    if (!letter) return false;
    const event = readable(consumer, letter);
    if (event) await consumer.claim(tx, [event]);
    await discardLetter(tx, id, by);
    await goOnWith(tx, name, parkingKey, this.now());
    return true;
  }

  /**
   * Applies what is parked under a key, in order, while live events of the key wait for the key's lock. The first that
   * fails stays, with its new reason, and so do those behind it. Rejects with retryable errors.
   */
  async replay(consumerName: string, parkingKey: string): Promise<Replayed> {
    const consumer = this.consumers.get(consumerName);
    if (!consumer) throw new Error(`there is no consumer ${consumerName} here`);
    for (let replayed = 0; ;) {
      const round = await this.round(consumer, parkingKey);
      replayed += round.replayed;
      if (round.done) return { replayed, reason: round.reason };
    }
  }

  private first<Letter extends object>(list: KeysetList<Letter>, { limit, ...filters }: LettersWanted) {
    return this.database.transaction([], async (tx) => {
      const { rows } = await list.read(tx, { scope: ALL_OPERATORS, order: 'oldest', limit, filters });
      return rows;
    });
  }

  private async round(consumer: BatchConsumer, parkingKey: string) {
    const ahead = await this.database.transaction([], (tx) => lettersOf(tx, consumer.name, parkingKey, REPLAY_ROWS));
    const events = ahead.flatMap((letter) => readable(consumer, letter) ?? []);
    const locks = new Set(events.map((event) => consumer.lockOf(event)));
    const operators = new Set(events.map(({ operatorId }) => operatorId));
    return this.database.transaction([...operators], async (tx) => {
      // The aggregates before the key, as live batches take them.
      await tx.lock(locks);
      await tx.lock([lockOfParked(consumer.name, parkingKey)]);
      const letters = await lettersOf(tx, consumer.name, parkingKey, REPLAY_ROWS);
      const { replayed, ...end } = await this.applyAll(consumer, letters, tx, { locks, operators });
      // Whoever comes to the key goes on with it, should this process end before the next round.
      if (replayed > 0 && !end.done) await goOnWith(tx, consumer.name, parkingKey, this.now());
      return { replayed, ...end };
    });
  }

  private async applyAll(
    consumer: BatchConsumer,
    letters: readonly DeadLetter[],
    tx: Transaction,
    { locks, operators }: { locks: ReadonlySet<string>; operators: ReadonlySet<string> },
  ) {
    let replayed = 0;
    for (const letter of letters) {
      const event = readable(consumer, letter);
      // Parked since the look ahead: its locks are taken in the next round.
      if (event && !(locks.has(consumer.lockOf(event)) && operators.has(event.operatorId)))
        return { replayed, done: false };
      const failure = await this.apply(consumer, letter, tx);
      if (failure) return { replayed, done: true, reason: reasonOf(failure.error) };
      replayed += 1;
    }
    return { replayed, done: letters.length === 0 };
  }

  /** Applies one letter and deletes it, or marks it with why it failed. */
  private async apply(consumer: BatchConsumer, letter: DeadLetter, tx: Transaction) {
    try {
      await tx.attempt(async () => {
        const event = fromWire(consumer.subscription.topic, letter);
        if (event && (await this.isNew(consumer, event, tx))) await consumer.apply([event], tx);
        await deleteLetter(tx, letter.id);
      });
      return undefined;
    } catch (error) {
      const again = this.isAgain(consumer, letter, error);
      if (isTransient(error) && again === undefined) throw error;
      const waits = again ?? error instanceof DependencyMissing;
      await markLetter(tx, letter.id, {
        reason: reasonOf(error),
        stack: stackOf(error),
        waitsUntil: waits ? nextTry(letter.parkedAt, this.now()) : null,
        waitsFor: error instanceof DependencyMissing ? error.waitsFor : null,
      });
      return { error };
    }
  }

  /** Whether a letter that took too long is tried again by itself; undefined for any other failure. */
  private isAgain(consumer: BatchConsumer, { eventId }: DeadLetter, error: unknown): boolean | undefined {
    if (!isStatementTimeout(error) || eventId === null) return undefined;
    return consumer.overdue.judge(eventId) !== 'park';
  }

  private async isNew(consumer: BatchConsumer, event: Event, tx: Transaction): Promise<boolean> {
    return (await consumer.claim(tx, [event])).places === undefined;
  }
}

function readable(consumer: BatchConsumer, letter: DeadLetter): Event | undefined {
  try {
    return fromWire(consumer.subscription.topic, letter);
  } catch {
    // Still not an event; applying it says why.
    return undefined;
  }
}
