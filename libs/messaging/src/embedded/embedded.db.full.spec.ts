import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toWire } from '@chargemesh/contracts';
import { Database } from '@chargemesh/persistence';
import { type TestDatabase, testDatabase } from '@chargemesh/persistence/testing';
import { eventually, ledgerTopic, pause, range, signal } from '../testing/ledger.js';
import { embeddedOptions, openEmbedded } from '../testing/embedded.js';
import { transportContract } from '../testing/transport-contract.js';
import { LogStore } from './log.store.js';
import { LogInUse } from './ownership.js';
import { embeddedLog } from './tables.migration.js';
import { EmbeddedTransport } from './transport.js';

describe('the embedded transport', () => transportContract(openEmbedded));

describe('the embedded log', () => {
  let database: TestDatabase;
  let url: string;
  let direct: Database;
  let store: LogStore;
  let transport: EmbeddedTransport;

  beforeAll(async () => {
    database = await testDatabase();
    url = await database.schema(embeddedLog);
    direct = await Database.open({ url, schema: embeddedLog.schema });
    store = new LogStore(direct);
    transport = new EmbeddedTransport({ ...embeddedOptions, url });
    await transport.start();
  });

  afterAll(async () => {
    await transport.close();
    await direct.close();
    await database.drop();
  });

  async function newLedger(partitions?: number) {
    const made = ledgerTopic(partitions);
    await transport.ensureTopics([made.topic]);
    const record = (account: string, number: number) => ({
      topic: made.topic.name,
      ...toWire(made.posting(account, number), 'tests'),
    });
    const values = async () => {
      const records = await store.from(
        made.topic.name,
        new Map(range(0, made.topic.partitions - 1).map((at) => [at, 0n])),
        100,
      );
      return records.map(({ value, offset }) => [offset, (JSON.parse(value) as { number: number }).number]);
    };
    return { ...made, record, values };
  }

  it('serves one process and refuses a second', async () => {
    await expect(new EmbeddedTransport({ ...embeddedOptions, url }).start()).rejects.toThrow(LogInUse);
  });

  it('gives out no offset while an earlier one is not committed', async () => {
    const { topic, record, values } = await newLedger(1);
    const appended = signal();
    const release = signal();
    const early = direct.transaction([], async (tx) => {
      await tx.query(`SELECT FROM log_partitions WHERE topic = $1 FOR UPDATE`, [topic.name]);
      await tx.query(`UPDATE log_partitions SET next_offset = 1 WHERE topic = $1`, [topic.name]);
      await tx.query(
        `INSERT INTO log_records (topic, partition, log_offset, key, value, headers) VALUES ($1, 0, 0, 'a', $2, '{}')`,
        [topic.name, record('a', 1).value],
      );
      appended.happened();
      await release.promise;
    });
    await appended.promise;
    const late = store.append([record('a', 2)], () => 1);
    await pause(200);
    expect(await values()).toEqual([]);
    release.happened();
    await Promise.all([early, late]);
    expect(await values()).toEqual([
      ['0', 1],
      ['1', 2],
    ]);
  });

  it('appends from many sides at once without a deadlock or a hole', async () => {
    const { topic, record, values } = await newLedger(4);
    const batches = range(1, 12).map((number) => ['a', 'b', 'c', 'd', 'e'].map((account) => record(account, number)));
    await Promise.all(batches.map((batch) => store.append(batch, () => 4)));
    expect(await values()).toHaveLength(60);
    const ends = await store.positions(topic.name, 'anybody');
    expect(ends.reduce((sum, { end }) => sum + Number(end), 0)).toBe(60);
  });

  it('drops what is older than the topic keeps, and remembers how far', async () => {
    const { topic, record, values } = await newLedger(1);
    await store.append([record('a', 1), record('a', 2)], () => 1);
    await database.admin(
      `UPDATE embedded_log.log_records SET appended_at = now() - interval '8 days' WHERE topic = '${topic.name}'`,
    );
    await store.append([record('a', 3)], () => 1);
    await transport.housekeep();
    expect(await values()).toEqual([['2', 3]]);
    expect(await store.positions(topic.name, 'anybody')).toEqual([
      { partition: 0, first: 2n, end: 3n, next: undefined },
    ]);
  });

  it('keeps the newest record of every key of a compacted topic, and for a while those that it replaced', async () => {
    const { topic, record, values } = await newLedger(1);
    await transport.ensureTopics([{ ...topic, compacted: true }]);
    await store.append([record('a', 1), record('b', 1), record('a', 2)], () => 1);
    await database.admin(
      `UPDATE embedded_log.log_records SET appended_at = now() - interval '61 minutes' WHERE topic = '${topic.name}'`,
    );
    await store.append([record('a', 3), record('a', 4)], () => 1);
    await transport.housekeep();
    expect(await values()).toEqual([
      ['1', 1],
      ['2', 2],
      ['3', 3],
      ['4', 4],
    ]);
  });

  it('refuses a topic whose partitions are not those of its contract', async () => {
    const { topic } = await newLedger(2);
    await expect(transport.ensureTopics([{ ...topic, partitions: 3 }])).rejects.toThrow(
      'has 2 partitions, its contract says 3',
    );
  });

  it('takes the log again after its connection was lost', async () => {
    await database.admin(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'embedded_log owner' AND datname = current_database()`,
    );
    const held = async () =>
      (
        await database.admin(
          `SELECT FROM pg_stat_activity JOIN pg_locks USING (pid) WHERE application_name = 'embedded_log owner' AND datname = current_database() AND locktype = 'advisory'`,
        )
      ).length;
    await eventually(async () => expect(await held()).toBeGreaterThan(0));
    expect(await held()).toBe(1);
    expect(transport.health().live).toBe(true);
  });
});
