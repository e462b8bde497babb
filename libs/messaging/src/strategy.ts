import { type Event, type Topic, allTopics } from '@chargemesh/contracts';
import type { Database, Transaction } from '@chargemesh/persistence';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { Answerer } from './answer.js';
import { CatchUp } from './catch-up.js';
import { BatchConsumer } from './consume.js';
import { DeadLetters } from './dead-letters.js';
import { type FollowerOptions, Followers } from './followers.js';
import { type Subscription, patternOf } from './handlers.js';
import { Listener } from './listen.js';
import { isRetryable } from './log-away.js';
import type { Lag, Telemetry } from './telemetry.js';
import { type BatchHandler, type Consumption, type Transport, lagOf } from './transport.js';
import { Overdue } from './overdue.js';
import { WaitingKeys } from './waiting.js';
import { Backoff, within } from './wait.js';

export interface MessagingOptions extends FollowerOptions {
  /** Started; closed by its owner after the strategy. */
  readonly transport: Transport;
  readonly databaseOf: (service: string) => Database;
  readonly now: () => Date;
  readonly telemetry: Telemetry;
  /** Unique name of this process. */
  readonly processName: string;
  /** How long the end waits for the batches in hand, in milliseconds; 15 s by default. */
  readonly stopWithinMs?: number;
}

/** Starts what the handlers subscribe to: durable consumers, answerers and broadcast readers. */
export class MessagingStrategy extends Server implements CustomTransportStrategy {
  /** The handler's own error has to reach the consumer, which retries or parks. */
  override readonly propagatesEventHandlerErrors = true;
  /**
   * Resolves when all subscriptions run but those that come after others, and the broadcast readers' starting points are
   * fixed.
   */
  readonly ready: Promise<void>;
  private setReady: (start: Promise<void>) => void = () => undefined;
  private readonly consumers = new Map<string, BatchConsumer>();
  /** By service. */
  private readonly overdue = new Map<string, Overdue>();
  private readonly groups: { group: string; topic: Topic }[] = [];
  private readonly running: Consumption[] = [];
  private readonly closing = new AbortController();
  private readonly catchUp: CatchUp;
  private readonly followers: Followers;

  constructor(private readonly options: MessagingOptions) {
    super();
    this.ready = new Promise((resolve) => {
      this.setReady = resolve;
    });
    // Whoever awaits it hears of a failure; nobody has to.
    this.ready.catch(() => undefined);
    this.catchUp = new CatchUp(options.transport, options.logger);
    this.followers = new Followers(this.catchUp, this.closing.signal, options);
    options.telemetry.observeLag(() => this.lag());
  }

  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEventHandler?: boolean,
    extras?: Record<string, unknown>,
  ): void {
    // Nest would chain them: both would share one group, one inbox and one transaction.
    if (this.messageHandlers.has(this.normalizePattern(pattern as string)))
      throw new Error(`two handlers subscribe to ${String(pattern)}; a service has one per topic`);
    super.addHandler(pattern, callback, isEventHandler, extras);
  }

  listen(started: (error?: unknown) => void): void {
    const start = this.start();
    this.setReady(start);
    start.then(() => started(), started);
  }

  /** Takes no more, lets the batches in hand end and commits their offsets, within a bounded time. */
  async close(): Promise<void> {
    this.closing.abort();
    this.catchUp.stop();
    const stopAll = () => Promise.all(this.running.splice(0).map((consumption) => consumption.stop()));
    // A follower may be starting right now.
    const stopped = Promise.all([stopAll(), this.followers.begun().then(stopAll)]);
    const ended = await within(this.options.stopWithinMs ?? 15_000, stopped);
    if (!ended) this.options.logger.warn({}, 'consumers did not end in time; what was in hand will be given again');
  }

  /** Whether a service's durable consumer has handled all that was in its topic when it started. */
  caughtUp(service: string, topic: Topic): boolean {
    return this.catchUp.isDone(patternOf({ service, topic }));
  }

  /** Whether a service's durable consumer has handled all that is in its topic now; waits for that, no longer than the time. */
  handled(service: string, topic: Topic, withinMs: number): Promise<boolean> {
    return this.catchUp.handled(patternOf({ service, topic }), withinMs);
  }

  /** How far every durable group of this process is behind. */
  async lag(): Promise<Lag[]> {
    const lags = this.groups.map(async ({ group, topic }) => {
      const positions = await this.options.transport.positions(topic, group);
      return {
        group,
        topic: topic.name,
        records: positions.reduce((sum, position) => sum + Number(lagOf(position)), 0),
      };
    });
    return Promise.all(lags);
  }

  deadLetters(service: string): DeadLetters {
    return new DeadLetters(this.options.databaseOf(service), this.consumers, this.options.now);
  }

  on(): never {
    throw new Error('the messaging strategy has no events to listen to');
  }

  unwrap<T>(): T {
    return this.options.transport as T;
  }

  private async start(): Promise<void> {
    const subscribed = [...this.messageHandlers.values()].map((handler) => ({
      handler,
      subscription: subscriptionOf(handler),
    }));
    await this.patiently(() => this.options.transport.ensureTopics(allTopics()));
    // Broadcast readers first: a reply must not be missed by whoever asks because of a consumed event.
    for (const mode of ['listen', 'answer', 'consume'] as const) {
      const same = subscribed.filter(({ subscription }) => subscription.mode === mode);
      await Promise.all(same.map(({ handler, subscription }) => this.subscribe(subscription, handler)));
    }
    this.followers.start(new Set(this.consumers.keys()));
  }

  private subscribe(subscription: Subscription, handler: MessageHandler): Promise<void> {
    switch (subscription.mode) {
      case 'listen':
        return this.startListener(subscription, handler);
      case 'answer':
        return this.startAnswerer(subscription, handler);
      case 'consume':
        return this.startConsumer(subscription, handler);
    }
  }

  private async startConsumer(subscription: Subscription, handler: MessageHandler): Promise<void> {
    const { databaseOf, logger, now } = this.options;
    const { service, topic, after } = subscription;
    const consumer = new BatchConsumer({
      ...this.options,
      subscription,
      database: databaseOf(service),
      handle: (events: Event[], tx: Transaction) => resultOf(handler(events, tx)),
      overdue: this.overdueOf(service),
      wake: (name) => this.consumers.get(name)?.onWaiting(),
    });
    this.consumers.set(consumer.name, consumer);
    this.groups.push({ group: consumer.name, topic });
    await this.patiently(() => this.catchUp.expect(consumer.name, topic));
    const begin = async (): Promise<void> => {
      await this.consume(topic, consumer.name, (records) => consumer.take(records));
      this.running.push(new WaitingKeys(consumer, this.deadLetters(service), { logger, now }));
    };
    if (!after) return begin();
    this.followers.add({
      group: consumer.name,
      after: after.map((needed) => patternOf({ service, topic: needed })),
      begin,
    });
  }

  private overdueOf(service: string): Overdue {
    const overdue = this.overdue.get(service) ?? new Overdue();
    this.overdue.set(service, overdue);
    return overdue;
  }

  private startAnswerer(subscription: Subscription, handler: MessageHandler): Promise<void> {
    const database = this.options.databaseOf(subscription.service);
    const handle = (requests: Event[], tx: Transaction) => resultOf(handler(requests, tx));
    const answerer = new Answerer({ ...this.options, subscription, database, handle });
    this.groups.push({ group: answerer.name, topic: subscription.topic });
    return this.consume(subscription.topic, answerer.name, (records) => answerer.take(records));
  }

  private async startListener(subscription: Subscription, handler: MessageHandler): Promise<void> {
    const handle = (event: Event) => resultOf(handler(event));
    const listener = new Listener({ ...this.options, subscription, handle });
    const reader = `${listener.name}.${this.options.processName}`;
    const listen = () => this.options.transport.listen(subscription.topic, reader, (records) => listener.take(records));
    this.running.push(await this.patiently(listen));
  }

  private async consume(topic: Topic, group: string, handle: BatchHandler): Promise<void> {
    this.running.push(await this.patiently(() => this.options.transport.consume(topic, group, handle)));
  }

  /** Asks the log again while it is away: that may come in the middle of a start, which waits for it as before. */
  private async patiently<T>(ask: () => Promise<T>): Promise<T> {
    const backoff = new Backoff(100, 5_000);
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!isRetryable(error) || this.closing.signal.aborted) throw error;
        this.options.logger.warn({ err: error }, 'the log was away at the start, and is asked again');
        await backoff.pause(this.closing.signal);
      }
    }
  }
}

function subscriptionOf(handler: MessageHandler): Subscription {
  const subscription = handler.extras?.['subscription'] as Subscription | undefined;
  if (!subscription) throw new Error('a handler without a subscription: use Consumes, Answers or Listens');
  return subscription;
}

async function resultOf(result: ReturnType<MessageHandler>): Promise<unknown> {
  const value: unknown = await result;
  return isObservable(value) ? lastValueFrom(value, { defaultValue: undefined }) : value;
}
