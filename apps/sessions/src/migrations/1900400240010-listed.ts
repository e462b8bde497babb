import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pages of lists are read from an index, by whatever they are filtered. */
export class SessionsListed1900400240010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX sessions_of_station ON sessions (operator_id, station_id, session_id);
      CREATE INDEX sessions_by_status ON sessions (operator_id, status, session_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX sessions_of_station, sessions_by_status');
  }
}
