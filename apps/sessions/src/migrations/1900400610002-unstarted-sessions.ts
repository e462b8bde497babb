import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Transactions whose start never came, by station: they may have run while a session did. */
export class UnstartedSessions1900400610002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE INDEX sessions_unstarted ON sessions (station_id, last_fact_at) WHERE started_at IS NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX sessions_unstarted');
  }
}
