import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Remote requests of which nobody knew what became of them are looked up by their station when a session begins or ends. */
export class RemoteRequestsUnsettled1900400019101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX remote_requests_unsettled ON remote_requests (station_id) WHERE status IN ('unknown', 'timed-out')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX remote_requests_unsettled');
  }
}
