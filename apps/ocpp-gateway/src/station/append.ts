import type { Event } from '@chargemesh/contracts';
import { EventTooLarge, NotDurable, type Producer } from '@chargemesh/messaging';
import { Unanswerable } from '@chargemesh/ocpp';
import { UnprocessableMessage } from './message-context.js';

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
