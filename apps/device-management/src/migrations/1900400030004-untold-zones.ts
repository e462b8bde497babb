import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Stations that were there before the gateway was told their zone are told once more. */
export class UntoldZones1900400030004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // True for what there is, which needs no statement over all operators' rows; false for what comes.
    await runner.query(`
      ALTER TABLE station_credentials ADD zone_due boolean NOT NULL DEFAULT true;
      ALTER TABLE station_credentials ALTER zone_due SET DEFAULT false;
      CREATE INDEX station_credentials_zone_due ON station_credentials (station_id) WHERE zone_due;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE station_credentials DROP zone_due');
  }
}
