import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What became final since a moment is looked up when it is to be told again. */
export class SessionsToldFinal1900400250001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX sessions_told_final ON sessions (COALESCE(corrected_at, finalized_at)) WHERE status = 'finalized'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX sessions_told_final');
  }
}
