import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Topic, topic } from '@chargemesh/contracts';
import { until } from '@chargemesh/waiting';
import { Telemetry } from '../telemetry.js';
import { silent } from '../testing/ledger.js';
import { BrokerGroups, GroupInUse } from './broker-groups.js';
import { KafkaTransport } from './transport.js';

const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');

describe('going back in the log', () => {
  const name = `test-${randomBytes(4).toString('hex')}`;
  const read: string[] = [];
  let transport: KafkaTransport;
  let groups: BrokerGroups;
  let facts: Topic;
  let before: Date;

  const record = (value: string) => ({ topic: facts.name, key: value, value, headers: {} });
  const consumed = async (count: number) => {
    const consumption = await transport.consume(facts, name, (records) => {
      read.push(...records.map(({ value }) => value));
      return Promise.resolve();
    });
    await until(() => read.length >= count);
    await consumption.stop();
    return read.splice(0).sort();
  };
  const nobody = { group: `${name}.nobody`, topic: topic(`${name}.nobody`, { key: ['id'] }) };

  beforeAll(async () => {
    transport = new KafkaTransport({ brokers, clientId: name, logger: silent, telemetry: new Telemetry() });
    await transport.start();
    facts = topic(name, { key: ['id'], partitions: 3 });
    await transport.ensureTopics([facts]);
    await transport.produce(['a', 'b', 'c', 'd'].map(record));
    before = new Date(Date.now() + 1);
    await until(() => Date.now() > before.getTime());
    await transport.produce(['e', 'f'].map(record));
    groups = await BrokerGroups.open({ brokers, clientId: name });
    expect(await consumed(6)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  afterAll(async () => {
    await groups?.close();
    await transport?.close();
  });

  it('has a group read again what was produced since a moment, and nothing before it', async () => {
    const plan = await groups.plan([{ group: name, topic: facts }, nobody], before);
    expect(plan.map(({ group, records }) => [group, records])).toEqual([[name, 2n]]);
    await groups.rewind(plan);
    expect(await consumed(2)).toEqual(['e', 'f']);
  });

  it('never has a group skip what it has not read', async () => {
    await transport.produce(['g'].map(record));
    const plan = await groups.plan([{ group: name, topic: facts }], new Date(Date.now() + 60_000));
    expect(plan).toMatchObject([{ records: 0n, partitions: [] }]);
    await groups.rewind(plan);
    expect(await consumed(1)).toEqual(['g']);
  });

  it('refuses while a process reads for the group', async () => {
    const consumption = await transport.consume(facts, name, () => Promise.resolve());
    const plan = await groups.plan([{ group: name, topic: facts }], new Date(0));
    await expect(groups.rewind(plan)).rejects.toThrow(GroupInUse);
    await consumption.stop();
  });
});
