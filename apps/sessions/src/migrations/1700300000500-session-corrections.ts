import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Late facts of a final session wait for its correction, which is due as the first finalization was. */
export class SessionCorrections1700300000500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE sessions ADD corrected_at timestamptz, ADD final_digest text, ADD late_since timestamptz;
       DROP INDEX sessions_due;
       CREATE INDEX sessions_due ON sessions (final_due_at) WHERE final_due_at IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP INDEX sessions_due;
       CREATE INDEX sessions_due ON sessions (final_due_at) WHERE status = 'ended';
       ALTER TABLE sessions DROP corrected_at, DROP final_digest, DROP late_since`,
    );
  }
}
