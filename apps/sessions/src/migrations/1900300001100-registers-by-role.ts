import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Row security hides all rows from the owner of the tables, who migrates. */
const seeing = (change: string): string => `
  ALTER TABLE meter_values NO FORCE ROW LEVEL SECURITY;
  ALTER TABLE sessions NO FORCE ROW LEVEL SECURITY;
  ${change};
  ALTER TABLE meter_values FORCE ROW LEVEL SECURITY;
  ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
`;

/** The registers of begin and end have columns of their own, which readings of the same moment leave alone. */
export class RegistersByRole1900300001100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE meter_values ADD begin_wh double precision, ADD end_wh double precision;
      ${seeing(
        `UPDATE meter_values SET energy_wh = CASE WHEN edge = 0 THEN energy_wh END,
           begin_wh = CASE WHEN edge & 1 <> 0 THEN energy_wh END, end_wh = CASE WHEN edge & 2 <> 0 THEN energy_wh END
         WHERE edge <> 0`,
      )}
      ALTER TABLE meter_values DROP edge;
      ALTER TABLE sessions ADD last_received_at timestamptz, ADD max_power_w double precision, ADD free_at timestamptz,
        ADD begin_wh double precision, ADD begin_at timestamptz, ADD begin_stated boolean NOT NULL DEFAULT false,
        ADD end_wh double precision, ADD end_at timestamptz, ADD end_stated boolean NOT NULL DEFAULT false,
        ADD walk jsonb;
      ${seeing(BACKFILL)}
      ALTER TABLE sessions ALTER last_received_at SET NOT NULL, DROP first_register_at, DROP first_register_wh`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE meter_values ADD edge smallint NOT NULL DEFAULT 0;
      ${seeing(
        `UPDATE meter_values SET energy_wh = COALESCE(end_wh, begin_wh),
           edge = CASE WHEN begin_wh IS NULL THEN 0 ELSE 1 END + CASE WHEN end_wh IS NULL THEN 0 ELSE 2 END
         WHERE begin_wh IS NOT NULL OR end_wh IS NOT NULL`,
      )}
      ALTER TABLE meter_values DROP begin_wh, DROP end_wh, ALTER edge DROP DEFAULT;
      ALTER TABLE sessions ADD first_register_at timestamptz, ADD first_register_wh double precision;
      ${seeing('UPDATE sessions SET first_register_at = begin_at, first_register_wh = begin_wh')}
      ALTER TABLE sessions DROP last_received_at, DROP max_power_w, DROP free_at, DROP begin_wh, DROP begin_at,
        DROP begin_stated, DROP end_wh, DROP end_at, DROP end_stated, DROP walk`);
  }
}

const BACKFILL = `
  UPDATE sessions s SET last_received_at = GREATEST(last_heard_at, start_received_at, end_received_at),
    max_power_w = COALESCE((connector ->> 'maxPowerW')::double precision,
      (connector ->> 'maxVoltage')::double precision * (connector ->> 'maxAmperage')::double precision *
        CASE connector ->> 'powerType' WHEN 'AC_3_PHASE' THEN 3 WHEN 'AC_1_PHASE' THEN 1 WHEN 'DC' THEN 1 ELSE 2 END),
    begin_at = start_claimed_at, begin_stated = start_claimed_at IS NOT NULL,
    begin_wh = (SELECT m.begin_wh FROM meter_values m WHERE m.session_id = s.session_id AND m.begin_wh IS NOT NULL
      ORDER BY m.at LIMIT 1),
    end_at = end_claimed_at, end_stated = end_claimed_at IS NOT NULL,
    end_wh = (SELECT m.end_wh FROM meter_values m WHERE m.session_id = s.session_id AND m.end_wh IS NOT NULL
      ORDER BY m.at DESC LIMIT 1)`;
