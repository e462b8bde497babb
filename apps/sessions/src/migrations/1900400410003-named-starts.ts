import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By which number a start from afar was asked for, and the transaction for which its station named that. */
export class NamedStarts1900400410003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE remote_requests ADD COLUMN remote_start_id integer, ADD COLUMN transaction_id text;
      CREATE INDEX remote_requests_named ON remote_requests (station_id, remote_start_id) WHERE remote_start_id IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX remote_requests_named;
      ALTER TABLE remote_requests DROP COLUMN transaction_id, DROP COLUMN remote_start_id`);
  }
}
