import type { Event } from '@chargemesh/contracts';
import { TransientFault } from '@chargemesh/persistence';
import { wireOf } from './tracing.js';
import type { Transport } from './transport.js';

/** Sends events straight to the log, for those who have no transaction to put an outbox row in. */
export interface Producer {
  /**
   * Resolves when every event is durable (Kafka: acknowledged by all in-sync replicas), rejects with `NotDurable` when
   * that could not be achieved in time. After a rejection the events may or may not be in the log: send them again.
   */
  send(events: readonly Event[]): Promise<void>;
}

/** The log did not take the events in time. */
export class NotDurable extends TransientFault {
  override readonly name = 'NotDurable';
}

/** An event that no log would take, however often it is sent. */
export class EventTooLarge extends NotDurable {
  override readonly name = 'NotDurable';
}

/** A service's way straight to the log. */
export function producerOf(service: string, transport: Pick<Transport, 'produce'>): Producer {
  return {
    send: (events) => transport.produce(events.map((event) => ({ topic: event.topic, ...wireOf(event, service) }))),
  };
}
