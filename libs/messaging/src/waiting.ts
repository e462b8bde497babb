import type { BatchConsumer } from './consume.js';
import type { DeadLetters } from './dead-letters.js';
import { dueKeys, waitingOf } from './dead-letters.store.js';
import type { Logger } from './log.js';
import { Backoff, wait, within } from './wait.js';

/** Keys that are tried in one go. */
const KEYS_MAX = 200;
/** How often keys are looked for that a process left waiting and then ended. */
const LOOK_MS = 30_000;
const STOP_WITHIN_MS = 5_000;
/** From then on somebody should know that something waits, in milliseconds. */
const LONG_MS = 300_000;

/**
 * Tries events again that wait, for as long as it takes; only their own keys wait, the consumer goes on meanwhile. Those
 * that were not tried for the longest go first, so that none starves however many there are.
 */
export class WaitingKeys {
  private readonly stopping = new AbortController();
  private news = new AbortController();
  private readonly running: Promise<void>;
  private toldSince: Date | undefined;

  constructor(
    private readonly consumer: BatchConsumer,
    private readonly letters: DeadLetters,
    private readonly options: { readonly logger: Logger; readonly now: () => Date },
  ) {
    consumer.onWaiting = () => this.news.abort();
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.news.abort();
    await within(STOP_WITHIN_MS, this.running);
  }

  private async run(): Promise<void> {
    const backoff = new Backoff(50, 5_000);
    while (!this.stopping.signal.aborted) {
      this.news = new AbortController();
      try {
        const untilNext = await this.untilNext();
        if (untilNext > 0) await wait(untilNext, this.news.signal);
        else await this.tryDue();
        backoff.reset();
      } catch (error) {
        this.options.logger.warn({ err: error, consumer: this.consumer.name }, 'waiting events will be tried again');
        await backoff.pause(this.stopping.signal);
      }
    }
  }

  private async tryDue(): Promise<void> {
    const { consumer, letters } = this;
    const now = this.options.now();
    const keys = await consumer.database.transaction([], (tx) => dueKeys(tx, consumer.name, now, KEYS_MAX));
    for (const key of keys) {
      if (this.stopping.signal.aborted) return;
      await letters.replay(consumer.name, key);
    }
  }

  /** Milliseconds until one is due, within bounds; none or less when one is. */
  private async untilNext(): Promise<number> {
    const now = this.options.now();
    const { letters, since, waitsFor, next } = await waitingOf(this.consumer.database, this.consumer.name);
    this.tell(letters, since ?? undefined, waitsFor, now);
    return next ? Math.min(next.getTime() - now.getTime(), LOOK_MS) : LOOK_MS;
  }

  /** Says once that something has begun to wait for long, and once that nothing does any more. */
  private tell(letters: number, since: Date | undefined, waitsFor: string | null, now: Date): void {
    const about = { consumer: this.consumer.name, letters, since, waitsFor };
    const long = since !== undefined && now.getTime() - since.getTime() > LONG_MS;
    if (long && !this.toldSince) this.options.logger.warn(about, 'events have been waiting for what they depend on');
    if (!long && this.toldSince) this.options.logger.info(about, 'no event has been waiting for long any more');
    this.toldSince = long ? since : undefined;
  }
}
