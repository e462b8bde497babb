import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Row security hides all rows from the owner of the tables, who migrates. */
const seeing = (change: string): string => `
  ALTER TABLE sessions NO FORCE ROW LEVEL SECURITY;
  ${change};
  ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
`;

/** Registers are compared within their series only; and where an end that nobody reported lies. */
export class SeriesOfRegisters1900400090101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE meter_values ADD registers jsonb;
      ALTER TABLE sessions ADD roles jsonb NOT NULL DEFAULT '{}', ADD series text NOT NULL DEFAULT 'import',
        ADD walks jsonb NOT NULL DEFAULT '{}', ADD freed_at timestamptz;
      CREATE INDEX sessions_started ON sessions (station_id, started_at);
      ${seeing(FROM_COLUMNS)}
      ALTER TABLE sessions DROP begin_at, DROP begin_stated, DROP end_at, DROP end_stated,
        DROP last_register_at, DROP last_register_wh, DROP walk`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE sessions ADD begin_at timestamptz, ADD begin_stated boolean NOT NULL DEFAULT false,
        ADD end_at timestamptz, ADD end_stated boolean NOT NULL DEFAULT false,
        ADD last_register_at timestamptz, ADD last_register_wh double precision, ADD walk jsonb;
      ${seeing(TO_COLUMNS)}
      ALTER TABLE sessions DROP roles, DROP series, DROP walks, DROP freed_at;
      DROP INDEX sessions_started;
      ALTER TABLE meter_values DROP registers`);
  }
}

const named = (wh: string, at: string, stated: string): string =>
  `jsonb_build_object('wh', ${wh}, 'at', COALESCE(floor(date_part('epoch', ${at}) * 1000), 0), 'stated', ${stated})`;

const FROM_COLUMNS = `
  UPDATE sessions SET
    roles = CASE WHEN begin_wh IS NULL AND end_wh IS NULL THEN '{}' ELSE jsonb_build_object('import', jsonb_strip_nulls(
      jsonb_build_object('begin', CASE WHEN begin_wh IS NOT NULL THEN ${named('begin_wh', 'begin_at', 'begin_stated')} END,
        'end', CASE WHEN end_wh IS NOT NULL THEN ${named('end_wh', 'end_at', 'end_stated')} END))) END,
    walks = CASE WHEN walk IS NULL OR last_register_at IS NULL THEN '{}' ELSE jsonb_build_object('import',
      jsonb_build_object('walk', walk, 'wh', last_register_wh,
        'at', floor(date_part('epoch', last_register_at) * 1000),
        'since', floor(date_part('epoch', COALESCE(started_at, last_register_at)) * 1000))) END`;

const time = (path: string): string => `to_timestamp((${path})::double precision / 1000)`;

const TO_COLUMNS = `
  UPDATE sessions SET
    begin_at = ${time(`roles #>> ARRAY[series, 'begin', 'at']`)},
    begin_stated = COALESCE((roles #>> ARRAY[series, 'begin', 'stated'])::boolean, false),
    end_at = ${time(`roles #>> ARRAY[series, 'end', 'at']`)},
    end_stated = COALESCE((roles #>> ARRAY[series, 'end', 'stated'])::boolean, false),
    last_register_at = ${time(`walks #>> ARRAY[series, 'at']`)},
    last_register_wh = (walks #>> ARRAY[series, 'wh'])::double precision,
    walk = walks #> ARRAY[series, 'walk']`;
