import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether a partner was ever connected: what it is told waits for it while it is not. */
export class OnceConnected1900780000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The last time.
      ALTER TABLE partners ADD connected_at timestamptz;
      ALTER TABLE partners NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE connections NO FORCE ROW LEVEL SECURITY;
      UPDATE partners p SET connected_at = c.connected_at FROM connections c
        WHERE c.operator_id = p.operator_id AND c.partner_id = p.partner_id;
      ALTER TABLE partners FORCE ROW LEVEL SECURITY;
      ALTER TABLE connections FORCE ROW LEVEL SECURITY;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE partners DROP connected_at');
  }
}
