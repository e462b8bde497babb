import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a running session's price depends on besides its energy. */
export class SessionIdling1700300000400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE sessions ADD state_at timestamptz, ADD has_charged boolean NOT NULL DEFAULT false,
         ADD risen_at timestamptz, ADD idle_since timestamptz`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions DROP state_at, DROP has_charged, DROP risen_at, DROP idle_since');
  }
}
