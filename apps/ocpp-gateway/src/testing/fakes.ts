import type { Event } from '@chargemesh/contracts';
import type { Logger, Producer, Requests } from '@chargemesh/messaging';

/** A log in memory, which can be made to refuse; for tests of which the log is not the subject. */
export class MemoryProducer implements Producer {
  readonly sent: Event[] = [];
  /** Set to make every send fail with it. */
  failure: Error | undefined;
  /** Set to make sends wait. */
  gate: Promise<void> | undefined;
  /** How many have waited at the gate. */
  held = 0;

  async send(events: readonly Event[]): Promise<void> {
    if (this.gate) {
      this.held += 1;
      await this.gate;
    }
    if (this.failure) throw this.failure;
    this.sent.push(...events);
  }

  /** The data of the events of a type, in order. */
  of(type: string): Record<string, unknown>[] {
    return this.sent.filter((event) => event.type === type).map(({ data }) => data);
  }
}

/** Sessions' part of request-reply: answers every question alike, or none. */
export function answering(status: string | undefined): Requests {
  return {
    replyTo: 'test',
    ask: <Reply>() => Promise.resolve(status === undefined ? undefined : ({ status } as Reply)),
    settle: () => undefined,
  };
}

export const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export { until } from '@chargemesh/waiting';
