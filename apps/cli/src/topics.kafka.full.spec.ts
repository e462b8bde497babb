import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allTopics } from '@chargemesh/contracts';
import { type Broker, startKafka } from '@chargemesh/messaging/testing';
import { commands } from './commands.js';
import { run } from './run.js';
import { terminalOf } from './testing/terminal.js';

describe('chargemesh topics', () => {
  let broker: Broker;

  beforeAll(async () => {
    broker = await startKafka();
  });
  afterAll(() => broker?.stop());

  async function topics(environment: Record<string, string>, ...args: string[]) {
    const terminal = terminalOf('', { KAFKA_BROKERS: broker.brokers.join(','), ...environment });
    const code = await run(['topics', '--json', ...args], terminal, commands);
    const rows = JSON.parse(terminal.written.out || '[]') as { topic: string; state: string; differences: string }[];
    return { code, rows, err: terminal.written.err, states: new Set(rows.map(({ state }) => state)) };
  }

  it('says which are missing, creates them once, and finds them as declared', async () => {
    expect(await topics({}, '--check')).toMatchObject({ code: 1, states: new Set(['missing']) });
    const created = await topics({});
    expect(created).toMatchObject({ code: 0, states: new Set(['created']) });
    expect(created.rows).toHaveLength(allTopics().length);
    expect(await topics({})).toMatchObject({ code: 0, states: new Set(['as declared']) });
  });

  it('says what is different', async () => {
    const { code, rows } = await topics({ KAFKA_MIN_IN_SYNC_REPLICAS: '2' }, '--check');
    expect(code).toBe(1);
    expect(rows[0]).toMatchObject({ state: 'different', differences: 'min.insync.replicas: 1, not 2' });
  });

  it('says that nobody is there', async () => {
    const { code, err } = await topics({ KAFKA_BROKERS: '127.0.0.1:9' }, '--check');
    expect([code, err]).toEqual([1, expect.stringContaining('Kafka cannot be reached at 127.0.0.1:9')]);
  });
});

describe('chargemesh topics --yaml', () => {
  it('prints a resource for each topic, without a broker', async () => {
    const terminal = terminalOf('', { KAFKA_REPLICATION_FACTOR: '5' });
    expect(await run(['topics', '--yaml', '--cluster', 'ours'], terminal, commands)).toBe(0);
    const documents = terminal.written.out.split('---\n');
    expect(documents).toHaveLength(allTopics().length);
    expect(documents[0]).toContain('  name: ocpp.station-events.v1\n');
    expect(documents[0]).toMatch(/strimzi.io\/cluster: "ours"\nspec:\n {2}partitions: 24\n {2}replicas: 5\n/);
  });
});
