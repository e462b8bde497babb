import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The log in tables: topics, their partitions with the next offset, the records, and what groups have read. */
export class EmbeddedLogTables1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE log_topics (
        topic text PRIMARY KEY,
        partitions integer NOT NULL,
        retention_ms bigint NOT NULL,
        compacted boolean NOT NULL
      );

      -- The row lock of a partition is held from giving out its offsets to the commit, so offsets commit in order.
      CREATE TABLE log_partitions (
        topic text NOT NULL REFERENCES log_topics,
        partition integer NOT NULL,
        first_offset bigint NOT NULL DEFAULT 0,
        next_offset bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (topic, partition)
      ) WITH (fillfactor = 50);

      CREATE TABLE log_records (
        topic text NOT NULL,
        partition integer NOT NULL,
        log_offset bigint NOT NULL,
        key text NOT NULL,
        value text NOT NULL,
        headers jsonb NOT NULL,
        appended_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (topic, partition, log_offset)
      );

      CREATE TABLE log_groups (
        group_name text NOT NULL,
        topic text NOT NULL,
        partition integer NOT NULL,
        next_offset bigint NOT NULL,
        PRIMARY KEY (group_name, topic, partition)
      ) WITH (fillfactor = 50);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE log_groups, log_records, log_partitions, log_topics');
  }
}

/** What `provision` and `migrate` need to set up the log. */
export const embeddedLog = { schema: 'embedded_log', migrations: [EmbeddedLogTables1700000000000] };
