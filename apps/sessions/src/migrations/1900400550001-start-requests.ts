import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Starts that somebody asks for whose right to charge was settled before, by a token that is made for each. */
export class StartRequests1900400550001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE start_requests (
        request_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        -- Null where only its withdrawal is known.
        station_id text,
        evse_id integer,
        agreed_price jsonb,
        expires_at timestamptz,
        -- In the spelling by which tokens are compared; null where none was made.
        token_uid text COLLATE "C",
        withdrawn_at timestamptz,
        -- Which session began on the token.
        session_id uuid
      );
      CREATE UNIQUE INDEX start_requests_by_token ON start_requests (operator_id, token_uid);
      ${rowSecurity('start_requests')}
      ALTER TABLE remote_requests ADD COLUMN start_request_id uuid, ADD COLUMN stop_id uuid;
      ALTER TABLE sessions ADD COLUMN agreed_price jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sessions DROP COLUMN agreed_price;
      ALTER TABLE remote_requests DROP COLUMN stop_id, DROP COLUMN start_request_id;
      DROP TABLE start_requests`);
  }
}
