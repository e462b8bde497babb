import { EventTooLarge, NotDurable, type Producer } from '@chargemesh/messaging';
import { isTransient } from '@chargemesh/persistence';
import { Unanswerable } from '@chargemesh/ocpp';
import type { Event } from '@chargemesh/contracts';
import { UnprocessableMessage } from './call.js';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Retries work on the database while it is away, for a bounded time. Then the message is not answered, so that the station
 * keeps it and sends it again.
 */
export async function hold<T>(work: () => Promise<T>, withinMs: number): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error)) throw error;
      if (performance.now() + pauseMs > deadline) throw new Unanswerable('the database is away');
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** Appends events to the log. The producer retries while the log is away; what did not become durable is not answered. */
export async function append(producer: Producer, events: readonly Event[]): Promise<void> {
  try {
    // One after the other: what others tell meanwhile does not wait for all parts of a message that has many.
    for (const event of events) await producer.send([event]);
  } catch (error) {
    if (error instanceof EventTooLarge) throw new UnprocessableMessage(error.message);
    if (error instanceof NotDurable) throw new Unanswerable('the log is away');
    throw error;
  }
}
