import type { BatchConsumer } from './consume.js';
import type { DeadLetters } from './dead-letters.js';
import { waitingKeys } from './dead-letters.store.js';
import type { Logger } from './log.js';
import { Backoff, wait, within } from './wait.js';

/** Keys that are tried in one go. */
const KEYS_MAX = 200;
/** How often keys are looked for that another process left waiting. */
const LOOK_MS = 5_000;
const STOP_WITHIN_MS = 5_000;

/** Tries events again whose dependency was missing; only their own keys wait, the consumer goes on meanwhile. */
export class WaitingKeys {
  private readonly stopping = new AbortController();
  private news = new AbortController();
  private readonly running: Promise<void>;

  constructor(
    private readonly consumer: BatchConsumer,
    private readonly letters: DeadLetters,
    private readonly logger: Logger,
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
    const backoff = new Backoff(50, 2_000);
    while (!this.stopping.signal.aborted) {
      this.news = new AbortController();
      if (await this.tryAll()) {
        await backoff.pause(this.stopping.signal);
      } else {
        backoff.reset();
        await wait(LOOK_MS, this.news.signal);
      }
    }
  }

  /** Whether any key was waiting. */
  private async tryAll(): Promise<boolean> {
    try {
      const keys = await this.consumer.database.transaction([], (tx) => waitingKeys(tx, this.consumer.name, KEYS_MAX));
      for (const key of keys) await this.letters.replay(this.consumer.name, key);
      return keys.length > 0;
    } catch (error) {
      this.logger.warn({ err: error, consumer: this.consumer.name }, 'waiting events will be tried again');
      return true;
    }
  }
}
