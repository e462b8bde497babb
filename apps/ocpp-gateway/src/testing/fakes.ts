import type { Event } from '@chargemesh/contracts';
import type { Logger, Producer, Requests } from '@chargemesh/messaging';

/** A log in memory, which can be made to refuse; for tests of which the log is not the subject. */
export class MemoryProducer implements Producer {
  readonly sent: Event[] = [];
  /** Set to make every send fail with it. */
  failure: Error | undefined;
  /** Set to make sends wait. */
  gate: Promise<void> | undefined;

  async send(events: readonly Event[]): Promise<void> {
    await this.gate;
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

/** Waits until something holds, within two seconds or what is given. */
export async function until(holds: () => boolean | Promise<boolean>, withinMs = 2_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
