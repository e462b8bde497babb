import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ZonesProven1900810000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE station_clocks ADD is_zone_proven boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE station_clocks DROP is_zone_proven');
  }
}
