import { type Event, toWire } from '@chargemesh/contracts';
import { type Transaction, unnest } from '@chargemesh/persistence';

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
    const rows = events.map((event) => ({ topic: event.topic, ...toWire(event, this.service) }));
    const { columns, from, parameters } = unnest(rows, { topic: 'text', key: 'text', value: 'text', headers: 'jsonb' });
    await tx.query(`INSERT INTO outbox (${columns}) SELECT ${columns} FROM ${from}`, parameters);
    tx.onCommit(this.wake);
  }
}
