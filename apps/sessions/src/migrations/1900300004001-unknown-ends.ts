import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from '@chargemesh/persistence';

/** What decides whose end a message is that names no transaction, and which sessions wait for a person because of one. */
export class UnknownEnds1900300004001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What a station said last of each of its connectors.
      CREATE TABLE connector_states (
        operator_id uuid NOT NULL,
        station_id text NOT NULL,
        evse_id integer NOT NULL,
        connector_id integer NOT NULL,
        status text NOT NULL,
        detail text,
        received_at timestamptz NOT NULL,
        PRIMARY KEY (station_id, evse_id, connector_id)
      );
      ${rowSecurity('connector_states')}

      -- Messages that are in quarantine at the gateway, and the transactions that they may be of.
      CREATE TABLE quarantined_messages (
        quarantine_id uuid NOT NULL,
        operator_id uuid NOT NULL,
        station_id text NOT NULL,
        transaction_id text NOT NULL,
        settled boolean NOT NULL,
        PRIMARY KEY (quarantine_id, transaction_id)
      );
      CREATE INDEX quarantined_messages_by_station ON quarantined_messages (station_id);
      ${rowSecurity('quarantined_messages')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE quarantined_messages, connector_states');
  }
}
