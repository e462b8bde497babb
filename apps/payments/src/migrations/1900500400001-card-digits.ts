import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By which a caller's payment is found: the last four digits of the card, as the provider told them. */
export class CardDigits1900500400001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE payments ADD COLUMN card_last4 text CONSTRAINT payments_card_last4 CHECK (card_last4 ~ '^[0-9]{4}$');
      CREATE INDEX payments_of_card ON payments (operator_id, card_last4, payment_id) WHERE card_last4 IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE payments DROP COLUMN card_last4');
  }
}
