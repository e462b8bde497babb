import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What comes now is written beside what came just before: by ids, each row is in another page of the index, and each of
 * these goes into the WAL as a whole after a checkpoint. Of a day with three million rows, 500 at a time, a row took 4,896
 * bytes of WAL and 21 µs of the server that way, and 289 bytes and 8.5 µs this way.
 */
export class InboxByTime1900400670001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await keyOf(runner, 'consumer, event_time, event_id');
  }

  async down(runner: QueryRunner): Promise<void> {
    await keyOf(runner, 'consumer, event_id, event_time');
  }
}

async function keyOf(runner: QueryRunner, columns: string): Promise<void> {
  await runner.query(
    `ALTER TABLE inbox DROP CONSTRAINT inbox_pkey, ADD CONSTRAINT inbox_pkey PRIMARY KEY (${columns})`,
  );
}
