import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a running session's station measured last of power and current. */
export class RunningLoads1900400130002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE running_costs ADD load jsonb NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE running_costs DROP load');
  }
}
