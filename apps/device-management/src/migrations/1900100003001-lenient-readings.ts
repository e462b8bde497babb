import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** How the messages of stations were read that fit no schema though they say what they mean. */
export class LenientReadings1900100003001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lenient_readings (
        operator_id uuid NOT NULL,
        station_id text COLLATE "C" NOT NULL REFERENCES stations,
        action text COLLATE "C" NOT NULL,
        rule text COLLATE "C" NOT NULL,
        -- The last example: where it was, and what stood there.
        path text NOT NULL,
        word text,
        messages bigint NOT NULL,
        first_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        PRIMARY KEY (station_id, action, rule)
      );
      CREATE INDEX lenient_readings_of_operator ON lenient_readings (operator_id, station_id);
      ${rowSecurity('lenient_readings')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE lenient_readings');
  }
}
