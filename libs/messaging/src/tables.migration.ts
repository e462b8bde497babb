import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The tables of messaging in a service's schema. They belong to no operator's request, so row-level security does not
 * apply to them; every row names its operator all the same.
 */
export class MessagingTables1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        topic text NOT NULL,
        key text NOT NULL,
        value text NOT NULL,
        headers jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      -- Rows live for milliseconds: without eager vacuuming every read would step over the dead ones.
      ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

      -- A fact's time is the same in every sending of it, so the day's partition finds the duplicate.
      CREATE TABLE inbox (
        consumer text NOT NULL,
        event_id uuid NOT NULL,
        event_time timestamptz NOT NULL,
        PRIMARY KEY (consumer, event_id, event_time)
      ) PARTITION BY RANGE (event_time);
      CREATE TABLE inbox_default PARTITION OF inbox DEFAULT;

      CREATE TABLE dead_letters (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        consumer text NOT NULL,
        topic text NOT NULL,
        partition integer NOT NULL,
        log_offset bigint NOT NULL,
        parking_key text NOT NULL,
        operator_id uuid,
        event_id uuid,
        event_type text,
        key text NOT NULL,
        value text NOT NULL,
        headers jsonb NOT NULL,
        -- Null for what waits behind a culprit.
        reason text,
        stack text,
        parked_at timestamptz NOT NULL,
        -- Until then it is tried again by itself, for what it depends on may still arrive; null when it waits for somebody.
        waits_until timestamptz,
        UNIQUE (consumer, topic, partition, log_offset)
      );
      CREATE INDEX dead_letters_by_key ON dead_letters (consumer, parking_key, id);
      CREATE INDEX dead_letters_waiting ON dead_letters (consumer, parking_key) WHERE waits_until IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE dead_letters, inbox, outbox');
  }
}
