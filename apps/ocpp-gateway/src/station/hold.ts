import { EventTooLarge, NotDurable, type Producer } from '@chargemesh/messaging';
import { isTransient } from '@chargemesh/persistence';
import { Unanswerable } from '@chargemesh/ocpp';
import type { Event } from '@chargemesh/contracts';
import { UnprocessableMessage } from './call.js';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Tries work on the database again while it is away, for a bounded time; then there is no answer, so that the station
 * keeps its message.
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

/** Sends facts; the producer holds them as long as it may, and what it cannot make durable is not answered. */
export async function tell(producer: Producer, facts: readonly Event[]): Promise<void> {
  try {
    await producer.send(facts);
  } catch (error) {
    if (error instanceof EventTooLarge) throw new UnprocessableMessage(error.message);
    if (error instanceof NotDurable) throw new Unanswerable('the log is away');
    throw error;
  }
}
