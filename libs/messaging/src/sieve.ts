import type { Event } from '@chargemesh/contracts';
import { type Transaction, isTransient } from '@chargemesh/persistence';
import { park, unclaim } from './consume.store.js';
import { DependencyMissing } from './dependency.js';
import { type Incoming, type Readable, eventOf, isReadable, letterOf, parkingKeyOf } from './letter.js';
import type { Logger } from './log.js';
import { nextTry } from './retry.decide.js';

/** The consumer whose batch failed. */
interface Failed {
  readonly name: string;
  apply(events: Event[], tx: Transaction): Promise<void>;
}

/** Finds the culprits of a failed batch by halving it, each try in a savepoint. */
export class Sieve {
  readonly applied: Readable[] = [];
  parked = 0;
  /** Whether something was parked that is to be tried again by itself. */
  waiting = false;
  private readonly stopped = new Set<string>();

  constructor(
    private readonly consumer: Failed,
    private readonly tx: Transaction,
    private readonly options: { readonly now: () => Date; readonly logger: Logger },
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
      await this.tx.attempt(() => this.consumer.apply(standing.map(eventOf), this.tx));
      this.applied.push(...standing);
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
    const { now, logger } = this.options;
    const at = now();
    const waits = error instanceof DependencyMissing;
    const failure = { error, waitsUntil: waits ? nextTry(at, at) : null, waitsFor: waits ? error.waitsFor : null };
    await park(this.tx, [letterOf(this.consumer.name, item, at, failure)]);
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
