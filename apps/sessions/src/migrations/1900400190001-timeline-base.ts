import type { MigrationInterface, QueryRunner } from 'typeorm';
import { timelineBase } from '@chargemesh/persistence';

/** Versions of final sessions rise although the database was restored to an older moment. */
export class TimelineBase1900400190001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(timelineBase);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION timeline_base()');
  }
}
