import type { Event } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { wireOf } from './tracing.js';
import { MAX_RECORD_BYTES, bytesOf } from './transport.js';

/**
 * What a service tells the others, written in the transaction of the change and sent afterwards by the schema's relay.
 * The caller holds the lock of each event's aggregate, so that row order is the order of the facts.
 */
export class Outbox {
  constructor(
    private readonly service: string,
    private readonly wake: () => void,
  ) {}

  async add(tx: Transaction, events: readonly Event[]): Promise<void> {
    if (events.length === 0) return;
    const rows = events.map((event) => ({ topic: event.topic, ...wireOf(event, this.service) }));
    // Refused here, where it can be rolled back: the relay could never get past it.
    const large = rows.find((row) => bytesOf(row) > MAX_RECORD_BYTES);
    if (large) throw new RangeError(`an event of ${large.topic} is larger than ${MAX_RECORD_BYTES} bytes`);
    const { columns, from, parameters } = unnest(rows, { topic: 'text', key: 'text', value: 'text', headers: 'jsonb' });
    await tx.prepared(`INSERT INTO outbox (${columns}) SELECT ${columns} FROM ${from}`, parameters);
    tx.onCommit(this.wake);
  }
}
