import { type Event, fromWire } from '@chargemesh/contracts';
import { type Database, type Transaction, isTransient } from '@chargemesh/persistence';
import { type Subscription, patternOf } from './handlers.js';
import type { Logger } from './log.js';
import { ConsumeSpans, wireOf } from './tracing.js';
import type { StoredRecord, Transport } from './transport.js';

export interface AnswererOptions {
  readonly subscription: Subscription;
  readonly database: Database;
  readonly transport: Pick<Transport, 'produce'>;
  /** The service's handler; returns the replies. */
  readonly handle: (requests: Event[], tx: Transaction) => Promise<unknown>;
  readonly logger: Logger;
  readonly now: () => Date;
}

/**
 * Answers requests: handled in a transaction, the replies produced after its commit. A request that cannot be answered
 * is refused where its topic has words for that, else it is left to its deadline, for which the asker has a default.
 */
export class Answerer {
  readonly name: string;

  constructor(private readonly options: AnswererOptions) {
    this.name = patternOf(options.subscription);
  }

  async take(records: readonly StoredRecord[]): Promise<void> {
    const spans = new ConsumeSpans(this.name);
    const requests = records
      .flatMap((record) => this.read(record) ?? [])
      .filter((event) => !isExpired(event, this.options.now()));
    if (requests.length === 0) return;
    try {
      await this.answer(requests.map((event) => spans.start(event)));
      spans.end();
    } catch (error) {
      spans.end(error);
      throw error;
    }
  }

  private async answer(requests: Event[]): Promise<void> {
    try {
      await this.produce(await this.repliesTo(requests));
    } catch (error) {
      if (isTransient(error)) throw error;
      const [only] = requests;
      if (requests.length > 1 || !only) for (const request of requests) await this.answer([request]);
      else await this.refuse(only, error);
    }
  }

  private async refuse(request: Event, error: unknown): Promise<void> {
    const { logger, subscription } = this.options;
    const about = { err: error, consumer: this.name, requestId: request.data['requestId'] };
    logger.error(about, 'a request could not be answered');
    if (subscription.refused) await this.produce([subscription.refused(request as never)]);
  }

  private async produce(replies: readonly Event[]): Promise<void> {
    const { transport, subscription } = this.options;
    await transport.produce(replies.map((reply) => ({ topic: reply.topic, ...wireOf(reply, subscription.service) })));
  }

  private async repliesTo(requests: Event[]): Promise<Event[]> {
    const { database, handle } = this.options;
    const operators = [...new Set(requests.map(({ operatorId }) => operatorId))];
    const replies = (await database.transaction(operators, (tx) => handle(requests, tx))) as Event[] | undefined;
    return replies ?? [];
  }

  private read(record: StoredRecord): Event | undefined {
    return readOrLog(record, this.options.subscription, this.options.logger);
  }
}

/** The event of a record, or undefined for what is none: nobody waits for it, so it is said and passed over. */
export function readOrLog(record: StoredRecord, { service, topic }: Subscription, logger: Logger): Event | undefined {
  try {
    return fromWire(topic, record);
  } catch (error) {
    const { partition, offset } = record;
    logger.error(
      { err: error, service, topic: topic.name, partition, offset },
      'a record that is no event was passed over',
    );
    return undefined;
  }
}

/** Whether nobody waits for it any more, by the `expiresAt` in its data. */
export function isExpired(event: Event, now: Date): boolean {
  const expiresAt = event.data['expiresAt'];
  return typeof expiresAt === 'string' && Date.parse(expiresAt) <= now.getTime();
}
