import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RunningCosts1700400000400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What sessions cost that have no CDR yet; a row goes when the CDR comes.
      CREATE TABLE running_costs (
        session_id uuid PRIMARY KEY,
        operator_id uuid NOT NULL,
        station_id text NOT NULL,
        evse_id integer NOT NULL,
        transaction_id text NOT NULL,
        tariff_id uuid NOT NULL,
        tariff_version integer NOT NULL,
        time_zone text NOT NULL,
        started_at timestamptz NOT NULL,
        -- The last event of the session, until when that counts, and when it came.
        session_version integer NOT NULL,
        measured_at timestamptz NOT NULL,
        heard_at timestamptz NOT NULL,
        energy_wh bigint NOT NULL,
        idle boolean NOT NULL,
        ended boolean NOT NULL,
        periods jsonb NOT NULL,
        -- What it comes to, and until when that is counted.
        currency text NOT NULL,
        total_before_taxes text NOT NULL,
        total_incl_taxes text NOT NULL,
        costed_at timestamptz NOT NULL,
        -- How often it was told, and what at last.
        tellings integer NOT NULL,
        told_at timestamptz,
        told_incl_taxes text NOT NULL,
        -- When to look at it again, whatever is heard of it.
        due_at timestamptz
      ) WITH (fillfactor = 70);
      CREATE INDEX running_costs_due ON running_costs (due_at) WHERE due_at IS NOT NULL;
      ${rowSecurity('running_costs')}
      -- Whom costs can be told; unknown until the station is heard of again.
      ALTER TABLE known_stations ADD connected boolean NOT NULL DEFAULT false, ADD ocpp_version text;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE running_costs; ALTER TABLE known_stations DROP connected, DROP ocpp_version');
  }
}
