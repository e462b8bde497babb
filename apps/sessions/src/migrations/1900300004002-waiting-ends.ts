import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Ends of transactions that their stations did not name, which wait until it is known whose they are. */
export class WaitingEnds1900300004002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE waiting_ends (
        quarantine_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        station_id text NOT NULL,
        received_at timestamptz NOT NULL,
        -- As it came, in whatever characters: no jsonb.
        event text NOT NULL,
        -- The connectors that were in use when it came.
        occupied jsonb NOT NULL
      );
      CREATE INDEX waiting_ends_by_station ON waiting_ends (station_id, received_at);
      ${rowSecurity('waiting_ends')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE waiting_ends');
  }
}
