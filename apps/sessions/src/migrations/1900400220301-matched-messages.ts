import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whose end a message was that named no transaction: it may be taken for that of another one before that is known there. */
export class MatchedMessages1900400220301 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE quarantined_messages ADD matched boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE quarantined_messages DROP matched');
  }
}
