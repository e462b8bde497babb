import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What waits for a person, what was decided, and since when a connector may have charged. */
export class HeldSessions1900300001200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sessions ADD hold jsonb, ADD decision jsonb;
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id) WHERE
        flags ?| ARRAY['late-facts', 'unverified', 'register-ambiguous', 'message-quarantined']
          OR status IN ('held', 'pending');
      -- When connectors were free and stations booted, by the minute: kept as long as meter values.
      CREATE TABLE free_signs (
        station_id text NOT NULL,
        at timestamptz NOT NULL,
        evse_id integer NOT NULL,
        connector_id integer NOT NULL,
        operator_id uuid NOT NULL,
        PRIMARY KEY (station_id, at, evse_id, connector_id)
      );
      CREATE INDEX free_signs_by_age ON free_signs (at);
      ${rowSecurity('free_signs')}
      ALTER TABLE free_signs NO FORCE ROW LEVEL SECURITY;
      ALTER TABLE end_signs NO FORCE ROW LEVEL SECURITY;
      INSERT INTO free_signs SELECT station_id, date_trunc('minute', at), evse_id, connector_id, operator_id
      FROM end_signs WHERE evse_id = 0 OR connector_id <> 0 ON CONFLICT DO NOTHING;
      ALTER TABLE end_signs FORCE ROW LEVEL SECURITY;
      ALTER TABLE free_signs FORCE ROW LEVEL SECURITY`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE free_signs;
      DROP INDEX sessions_to_review;
      CREATE INDEX sessions_to_review ON sessions (operator_id, session_id)
        WHERE flags ?| ARRAY['late-facts', 'unverified'];
      ALTER TABLE sessions DROP hold, DROP decision`);
  }
}
