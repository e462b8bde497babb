import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { topic } from '@chargemesh/contracts';
import { Telemetry } from '../telemetry.js';
import { silent } from '../testing/ledger.js';
import { KafkaTransport } from './transport.js';

describe('topics that were created a moment ago', () => {
  let transport: KafkaTransport;

  beforeAll(async () => {
    const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
    transport = new KafkaTransport({ brokers, clientId: 'topics', logger: silent, telemetry: new Telemetry() });
    await transport.start();
  });

  afterAll(() => transport.close());

  it('can be asked for their ends at once, though their leaders are only beginning to serve', async () => {
    const prefix = `test-${randomBytes(4).toString('hex')}`;
    const topics = Array.from({ length: 20 }, (_, index) =>
      topic(`${prefix}.${index}`, { key: ['id'], partitions: 24 }),
    );
    await transport.ensureTopics(topics);
    const positions = await Promise.all(topics.map((one) => transport.positions(one, `${prefix}.group`)));
    expect(positions.map((partitions) => partitions.length)).toEqual(topics.map(() => 24));
  });
});
