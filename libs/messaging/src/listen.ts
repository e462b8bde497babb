import type { Event } from '@chargemesh/contracts';
import { isExpired, readOrLog } from './answer.js';
import { type Subscription, patternOf } from './handlers.js';
import type { Logger } from './log.js';
import { ConsumeSpans } from './tracing.js';
import type { StoredRecord } from './transport.js';

export interface ListenerOptions {
  readonly subscription: Subscription;
  readonly handle: (event: Event) => Promise<unknown>;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** Hands each event of a broadcast topic to its handler once; there is no second try, for it is only news. */
export class Listener {
  readonly name: string;

  constructor(private readonly options: ListenerOptions) {
    this.name = patternOf(options.subscription);
  }

  async take(records: readonly StoredRecord[]): Promise<void> {
    for (const record of records) {
      const event = readOrLog(record, this.options.subscription, this.options.logger);
      if (event && !isExpired(event, this.options.now())) await this.tell(event);
    }
  }

  private async tell(event: Event): Promise<void> {
    const spans = new ConsumeSpans(this.name);
    try {
      await this.options.handle(spans.start(event));
      spans.end();
    } catch (error) {
      spans.end(error);
      this.options.logger.error({ err: error, listener: this.name, eventId: event.id }, 'a broadcast handler failed');
    }
  }
}
