import { crc32 } from 'node:zlib';
import type { Topic } from '@chargemesh/contracts';
import { type Database, type Transaction, unnest } from '@chargemesh/persistence';
import type { OutgoingRecord, Position, StoredRecord } from '../transport.js';

/** Channel on which appended topics are told. */
export const CHANNEL = 'embedded_log';

/** The SQL of the log. */
export class LogStore {
  constructor(private readonly database: Database) {}

  async declare(topics: readonly Topic[]): Promise<void> {
    const rows = topics.map(({ name, partitions, retentionMs, compacted }) => ({
      topic: name,
      partitions,
      retentionMs,
      compacted,
    }));
    const { columns, from, parameters } = unnest(rows, {
      topic: 'text',
      partitions: 'integer',
      retentionMs: 'bigint',
      compacted: 'boolean',
    });
    await this.database.transaction([], async (tx) => {
      await tx.query(
        `INSERT INTO log_topics (${columns}) SELECT ${columns} FROM ${from}
         ON CONFLICT (topic) DO UPDATE SET retention_ms = excluded.retention_ms, compacted = excluded.compacted`,
        parameters,
      );
      await tx.query(
        `INSERT INTO log_partitions (topic, partition)
         SELECT topic, generate_series(0, partitions - 1) FROM log_topics ON CONFLICT DO NOTHING`,
      );
    });
  }

  async partitionCounts(): Promise<Map<string, number>> {
    const rows = await this.database.read<{ topic: string; partitions: number }>(
      'SELECT topic, partitions FROM log_topics',
    );
    return new Map(rows.map(({ topic, partitions }) => [topic, partitions]));
  }

  /** Appends in the order given, in one transaction. */
  async append(records: readonly OutgoingRecord[], partitionCount: (topic: string) => number): Promise<void> {
    const rows = records.map((record) => ({ ...record, partition: crc32(record.key) % partitionCount(record.topic) }));
    await this.database.transaction([], (tx) => appendRows(tx, rows));
  }

  /** Records of the partitions from the given offsets on, in order per partition. */
  async from(topic: string, offsets: ReadonlyMap<number, bigint>, limit: number): Promise<StoredRecord[]> {
    return this.database.read<StoredRecord>(
      `SELECT r.topic, r.partition, r.log_offset AS offset, r.key, r.value, r.headers
       FROM unnest($2::integer[], $3::bigint[]) AS at(partition, log_offset)
       CROSS JOIN LATERAL (
         SELECT * FROM log_records WHERE topic = $1 AND partition = at.partition AND log_offset >= at.log_offset
         ORDER BY log_offset LIMIT $4) AS r
       ORDER BY r.log_offset - at.log_offset, r.partition LIMIT $4`,
      [topic, [...offsets.keys()], [...offsets.values()].map(String), limit],
    );
  }

  async positions(topic: string, group: string): Promise<Position[]> {
    const rows = await this.database.read<{ partition: number; first: string; end: string; next: string | null }>(
      `SELECT p.partition, p.first_offset AS first, p.next_offset AS end, g.next_offset AS next
       FROM log_partitions AS p LEFT JOIN log_groups AS g
         ON g.group_name = $2 AND g.topic = p.topic AND g.partition = p.partition
       WHERE p.topic = $1 ORDER BY p.partition`,
      [topic, group],
    );
    return rows.map(({ partition, first, end, next }) => ({
      partition,
      first: BigInt(first),
      end: BigInt(end),
      next: next === null ? undefined : BigInt(next),
    }));
  }

  async commit(topic: string, group: string, offsets: ReadonlyMap<number, bigint>): Promise<void> {
    await this.database.read(
      `INSERT INTO log_groups (group_name, topic, partition, next_offset)
       SELECT $1, $2, partition, next_offset FROM unnest($3::integer[], $4::bigint[]) AS at(partition, next_offset)
       ON CONFLICT (group_name, topic, partition) DO UPDATE SET next_offset = excluded.next_offset`,
      [group, topic, [...offsets.keys()], [...offsets.values()].map(String)],
    );
  }

  /** Deletes what is older than its topic keeps. */
  async expire(now: Date): Promise<void> {
    await this.database.read(
      `WITH gone AS (
         DELETE FROM log_records AS r USING log_topics AS t
         WHERE t.topic = r.topic AND NOT t.compacted
           AND r.appended_at < $1::timestamptz - t.retention_ms * interval '1 millisecond'
         RETURNING r.topic, r.partition, r.log_offset)
       UPDATE log_partitions AS p SET first_offset = last.log_offset + 1
       FROM (SELECT topic, partition, max(log_offset) AS log_offset FROM gone GROUP BY topic, partition) AS last
       WHERE p.topic = last.topic AND p.partition = last.partition`,
      [now],
    );
  }

  /** Deletes from compacted topics what a record of the same key has replaced before this time. */
  async compact(before: Date): Promise<void> {
    await this.database.read(
      `DELETE FROM log_records AS r USING (
         SELECT n.topic, n.partition, n.key, max(n.log_offset) AS newest
         FROM log_records AS n JOIN log_topics AS t ON t.topic = n.topic AND t.compacted
         WHERE n.appended_at < $1
         GROUP BY n.topic, n.partition, n.key HAVING count(*) > 1) AS newer
       WHERE r.topic = newer.topic AND r.partition = newer.partition AND r.key = newer.key AND r.log_offset < newer.newest`,
      [before],
    );
  }
}

/**
 * Gives out offsets under the partitions' row locks, which are taken in one order and held to the commit: whoever sees
 * an offset sees all before it.
 */
async function appendRows(tx: Transaction, rows: readonly (OutgoingRecord & { partition: number })[]): Promise<void> {
  const placed = rows.map((row, position) => ({ ...row, position }));
  const { from, parameters } = unnest(placed, {
    topic: 'text',
    partition: 'integer',
    key: 'text',
    value: 'text',
    headers: 'jsonb',
    position: 'integer',
  });
  const touched = new Map(rows.map(({ topic, partition }) => [`${partition}/${topic}`, { topic, partition }]));
  const partitions = unnest([...touched.values()], { topic: 'text', partition: 'integer' });
  await tx.query(
    `SELECT FROM log_partitions JOIN ${partitions.from} USING (topic, partition)
     ORDER BY topic, partition FOR UPDATE OF log_partitions`,
    partitions.parameters,
  );
  await tx.query(
    `WITH numbered AS (
       SELECT *, row_number() OVER (PARTITION BY topic, partition ORDER BY position) - 1 AS place
       FROM ${from}),
     moved AS (
       UPDATE log_partitions AS p SET next_offset = p.next_offset + added.records
       FROM (SELECT topic, partition, count(*) AS records FROM numbered GROUP BY topic, partition) AS added
       WHERE p.topic = added.topic AND p.partition = added.partition
       RETURNING p.topic, p.partition, p.next_offset - added.records AS first)
     INSERT INTO log_records (topic, partition, log_offset, key, value, headers)
     SELECT topic, partition, first + place, key, value, headers FROM numbered JOIN moved USING (topic, partition)`,
    parameters,
  );
  await tx.query(`SELECT pg_notify('${CHANNEL}', topic) FROM unnest($1::text[]) AS topic`, [
    [...new Set(rows.map(({ topic }) => topic))],
  ]);
}
