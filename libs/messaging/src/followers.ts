import type { CatchUp } from './catch-up.js';
import type { Logger } from './log.js';
import { Backoff } from './wait.js';

const AFTER_WITHIN_MS = 180_000;

/** A consumer that begins when others have caught up. */
export interface Follower {
  readonly group: string;
  /** The groups that it comes after. */
  readonly after: readonly string[];
  readonly begin: () => Promise<void>;
}

export interface FollowerOptions {
  readonly logger: Logger;
  /** How long a consumer waits for those that it comes after, in milliseconds; 3 minutes by default. */
  readonly afterWithinMs?: number;
}

/** Begins the consumers that come after others. */
export class Followers {
  private readonly waiting: Follower[] = [];
  /** Those on their way. */
  private following: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly catchUp: Pick<CatchUp, 'behind'>,
    private readonly stopping: AbortSignal,
    private readonly options: FollowerOptions,
  ) {}

  add(follower: Follower): void {
    this.waiting.push(follower);
  }

  /** Rejects a follower of a group that is not consumed. */
  start(consumed: ReadonlySet<string>): void {
    for (const { group, after } of this.waiting) {
      const unknown = after.find((needed) => !consumed.has(needed));
      if (unknown) throw new Error(`${group} is to come after ${unknown}, which is not consumed`);
    }
    // Not waited for: what they come after may itself wait for what only a started process does.
    this.following = Promise.all(this.waiting.splice(0).map((follower) => this.follow(follower)));
  }

  /** Resolves when all have begun, or will not begin any more. */
  async begun(): Promise<void> {
    await this.following;
  }

  /** Begins a consumer once those that it comes after have caught up, or when the time is over: what it lacks then, waits. */
  private async follow({ group, after, begin }: Follower): Promise<void> {
    const { logger, afterWithinMs = AFTER_WITHIN_MS } = this.options;
    const behind = await this.catchUp.behind(after, afterWithinMs);
    const backoff = new Backoff(100, 5_000);
    if (behind.length > 0 && !this.stopping.aborted)
      logger.warn({ consumer: group, behind }, 'a consumer begins although others that it needs are still behind');
    while (!this.stopping.aborted) {
      try {
        return await begin();
      } catch (error) {
        logger.warn({ err: error, consumer: group }, 'a consumer could not begin and will try again');
        await backoff.pause(this.stopping);
      }
    }
  }
}
