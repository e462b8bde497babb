import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Deliveries are listed by partner, and by module, object or state of it. */
export class DeliveriesListed1900760000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX deliveries_listed ON outbound_calls (operator_id, destination, call_id);
      CREATE INDEX deliveries_by_module ON outbound_calls (operator_id, destination, (body ->> 'module'), call_id);
      CREATE INDEX deliveries_by_state ON outbound_calls (operator_id, destination, state, call_id);
      CREATE INDEX deliveries_by_object ON outbound_calls (operator_id, destination, (body ->> 'objectId'), call_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX deliveries_listed, deliveries_by_module, deliveries_by_state, deliveries_by_object');
  }
}
