import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pages of the lists of letters are read from an index, by whatever they are filtered. */
export class LettersListed1900400240001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['dead_letters', 'discarded_letters'])
      await runner.query(`
        CREATE INDEX ${table}_listed ON ${table} (operator_id, id);
        CREATE INDEX ${table}_of_consumer ON ${table} (consumer, id);
        CREATE INDEX ${table}_of_key ON ${table} (parking_key, id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['dead_letters', 'discarded_letters'])
      await runner.query(`DROP INDEX ${table}_listed, ${table}_of_consumer, ${table}_of_key`);
  }
}
