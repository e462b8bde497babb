import type { Topic } from '@chargemesh/contracts';
import type { Logger } from './log.js';
import { type Position, type Transport, lagOf } from './transport.js';
import { wait, within } from './wait.js';

const CHECK_MS = 200;

/** How far a topic reached at some moment, by partition. */
type Ends = ReadonlyMap<number, bigint>;

/** Who waits until a group has handled what its topic held when they asked. */
interface Waiter {
  /** Undefined until the first look after they asked. */
  ends: Ends | undefined;
  readonly reached: () => void;
}

/** Tells when groups have handled what was in their topics: at the start, and whenever somebody asks. */
export class CatchUp {
  private readonly done = new Set<string>();
  /** By group; each resolves when it has handled what was there when it was expected. */
  private readonly starts = new Map<string, Promise<void>>();
  private readonly watches = new Map<string, Watch>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly transport: Pick<Transport, 'positions'>,
    private readonly logger: Logger,
  ) {}

  /** Notes how far the topic reaches now. */
  async expect(group: string, topic: Topic): Promise<void> {
    const positions = () => this.transport.positions(topic, group);
    const watch = new Watch(group, positions, this.logger, this.stopping.signal);
    const ends = endsOf(await positions());
    this.watches.set(group, watch);
    this.starts.set(
      group,
      watch.reached(ends).then(() => void this.done.add(group)),
    );
  }

  isDone(group: string): boolean {
    return this.done.has(group);
  }

  /** The groups that have not yet handled what was there when they were expected, once all have or the time is over. */
  async behind(groups: readonly string[], withinMs: number): Promise<string[]> {
    const all = Promise.all(groups.flatMap((group) => this.starts.get(group) ?? []));
    await within(withinMs, all, this.stopping.signal);
    return groups.filter((group) => this.starts.has(group) && !this.done.has(group));
  }

  /** Whether the group has handled all that is in its topic now, as soon as it has or when the time is over. */
  async handled(group: string, withinMs: number): Promise<boolean> {
    const bound = new AbortController();
    const reached = this.watches.get(group)?.reached(undefined, bound.signal);
    if (!reached) return false;
    try {
      return await within(withinMs, reached);
    } finally {
      bound.abort();
    }
  }

  stop(): void {
    this.stopping.abort();
  }
}

/** Looks where a group stands while somebody waits for it: one look at a time, however many wait. */
class Watch {
  private readonly waiters = new Set<Waiter>();
  private looking = false;

  constructor(
    private readonly group: string,
    private readonly positions: () => Promise<Position[]>,
    private readonly logger: Logger,
    private readonly stopping: AbortSignal,
  ) {}

  /** Resolves when the group has come this far, or as far as its topic reaches at the next look; else never. */
  reached(ends: Ends | undefined, givenUp?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiter = { ends, reached: resolve };
      this.waiters.add(waiter);
      givenUp?.addEventListener('abort', () => this.waiters.delete(waiter), { once: true });
      if (!this.looking) void this.look();
    });
  }

  private async look(): Promise<void> {
    this.looking = true;
    while (this.waiters.size > 0 && !this.stopping.aborted) {
      const asked = [...this.waiters];
      try {
        this.tell(asked, await this.positions());
      } catch (error) {
        this.logger.debug({ err: error, group: this.group }, 'the position of a group could not be read');
      }
      await wait(CHECK_MS, this.stopping);
    }
    this.looking = false;
  }

  private tell(asked: readonly Waiter[], positions: readonly Position[]): void {
    for (const waiter of asked) {
      waiter.ends ??= endsOf(positions);
      if (isBehind(positions, waiter.ends)) continue;
      this.waiters.delete(waiter);
      waiter.reached();
    }
  }
}

function endsOf(positions: readonly Position[]): Ends {
  return new Map(positions.map(({ partition, end }) => [partition, end]));
}

function isBehind(positions: readonly Position[], ends: Ends): boolean {
  return positions.some((position) => lagOf({ ...position, end: ends.get(position.partition) ?? 0n }) > 0n);
}
