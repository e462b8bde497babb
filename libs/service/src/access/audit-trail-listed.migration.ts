import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pages of the audit trail are read from an index, by whatever they are filtered. */
export class AuditTrailListed1900400240002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX audit_trail_listed ON audit_trail (operator_id, id);
      CREATE INDEX audit_trail_of_kind ON audit_trail (operator_id, resource, id);
      CREATE INDEX audit_trail_of_resource ON audit_trail (operator_id, resource_id, id);
      DROP INDEX audit_trail_by_resource`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX audit_trail_by_resource ON audit_trail (operator_id, resource, resource_id, at);
      DROP INDEX audit_trail_listed, audit_trail_of_kind, audit_trail_of_resource`);
  }
}
