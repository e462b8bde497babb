import type { Consumer } from 'kafkajs';
import type { Logger } from '../log.js';
import type { ConsumerHealth, Consumption } from '../transport.js';
import { Backoff, within } from '../wait.js';

/** A member in a rebalance says nothing for up to 25 s. */
const SILENT_MS = 45_000;
const LOOK_MS = 5_000;
/** Who has not come back by then, although the broker answers, will not by itself. */
const STUCK_MS = 300_000;
const CLOSE_WITHIN_MS = 5_000;

/** One consumer of kafkajs and what belongs to it. */
export interface Incarnation {
  readonly consumer: Consumer;
  /** Connects and runs; rejects when that fails at once. */
  run(): Promise<void>;
  /** Takes no more, and lets the batch in hand end within the time. */
  settle(withinMs: number): Promise<unknown>;
}

export interface KeptConsumerOptions {
  readonly name: string;
  readonly make: () => Incarnation;
  /** Whether the broker answers somebody else. */
  readonly reachable: () => Promise<boolean>;
  readonly stopWithinMs: number;
  readonly logger: Logger;
}

/**
 * A consumer that runs as long as it is wanted: when one ends, whatever the reason, or shows no sign of life, another
 * takes its place. (kafkajs ends a consumer for good on errors that it does not call retriable, a coordinator that is
 * away among them, and its own restart can end unheard.)
 */
export class KeptConsumer implements Consumption {
  private current: Incarnation | undefined;
  private lastSign = performance.now();
  private restarts = 0;
  private stuck = false;
  private restarting: Promise<void> | undefined;
  /** Those that have been replaced and are still on their way out of the group. */
  private readonly leaving = new Set<Promise<unknown>>();
  private readonly stopping = new AbortController();
  private readonly watch = setInterval(() => this.look(), LOOK_MS).unref();

  private constructor(private readonly options: KeptConsumerOptions) {}

  static async start(options: KeptConsumerOptions): Promise<KeptConsumer> {
    const kept = new KeptConsumer(options);
    try {
      await kept.run();
    } catch (error) {
      await kept.stop();
      throw error;
    }
    return kept;
  }

  health(): ConsumerHealth {
    const alive = this.current !== undefined && !this.isSilent;
    return { name: this.options.name, alive, stuck: this.stuck && !alive, restarts: this.restarts };
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.watch);
    const { current } = this;
    this.current = undefined;
    if (current) await this.retire(current, this.options.stopWithinMs);
    await within(CLOSE_WITHIN_MS, Promise.all([this.restarting, ...this.leaving]));
  }

  private get isSilent(): boolean {
    return performance.now() - this.lastSign > SILENT_MS;
  }

  private async run(): Promise<void> {
    const incarnation = this.options.make();
    const { consumer } = incarnation;
    const { GROUP_JOIN, FETCH, HEARTBEAT, CRASH } = consumer.events;
    const sign = (): void => {
      if (this.current === incarnation) this.lastSign = performance.now();
    };
    for (const event of [GROUP_JOIN, FETCH, HEARTBEAT] as const) consumer.on(event, sign);
    consumer.on(CRASH, ({ payload: { error } }) => this.replace(incarnation, error));
    this.current = incarnation;
    this.lastSign = performance.now();
    await incarnation.run();
  }

  private look(): void {
    if (this.current && this.isSilent) this.replace(this.current, new Error('it shows no sign of life'));
  }

  private replace(ended: Incarnation, error: unknown): void {
    if (this.current !== ended || this.stopping.signal.aborted) return;
    this.current = undefined;
    const { name, logger } = this.options;
    logger.warn({ err: error, consumer: name }, 'a consumer ended and is started again');
    void this.retire(ended, 0);
    this.restarting ??= this.restart().finally(() => {
      this.restarting = undefined;
    });
  }

  private async restart(): Promise<void> {
    const backoff = new Backoff(100, 5_000);
    const began = performance.now();
    while (!this.stopping.signal.aborted) {
      await backoff.pause(this.stopping.signal);
      if (this.stopping.signal.aborted) return;
      try {
        this.restarts += 1;
        await this.run();
        this.stuck = false;
        // It may have ended while it started.
        if (this.current) return;
      } catch (error) {
        await this.giveUp(error);
        if (performance.now() - began > STUCK_MS) this.stuck = await this.options.reachable();
      }
    }
  }

  private async giveUp(error: unknown): Promise<void> {
    const { current } = this;
    this.current = undefined;
    this.options.logger.debug({ err: error, consumer: this.options.name }, 'a consumer could not be started');
    if (current) await this.retire(current, 0);
  }

  private async retire(incarnation: Incarnation, withinMs: number): Promise<void> {
    const { name, logger } = this.options;
    await incarnation.settle(withinMs);
    const left = incarnation.consumer
      .disconnect()
      .catch(() => undefined)
      .finally(() => this.leaving.delete(left));
    this.leaving.add(left);
    if (!(await within(CLOSE_WITHIN_MS, left)))
      logger.warn({ consumer: name }, 'a consumer did not leave its group in time');
  }
}
