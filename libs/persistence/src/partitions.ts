import type { Transaction } from './database.js';

/**
 * Creates the days' partitions of a table that is partitioned by range on a timestamp and has a default partition,
 * and drops those that are older than `keepDays`.
 * @param today any moment of the current day
 */
export async function keepDailyPartitions(
  tx: Transaction,
  table: string,
  options: { today: Date; keepDays: number; aheadDays: number },
): Promise<void> {
  await tx.query(`SELECT keep_daily_partitions($1::regclass, $2::date - $3::int, $2::date + $4::int)`, [
    table,
    options.today.toISOString(),
    options.keepDays,
    options.aheadDays,
  ]);
}

/** The service's role owns no table, so the owner lends it this one act. */
export function dailyPartitionFunctions(schema: string): string {
  return `
CREATE OR REPLACE FUNCTION keep_daily_partitions(parent regclass, first_day date, last_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema}, pg_temp AS $$
DECLARE
  day date;
  child name;
  base name;
  time_column name;
  lower_bound timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('partitions:' || parent::oid, 0));
  SELECT c.relname, a.attname INTO base, time_column
    FROM pg_partitioned_table p
    JOIN pg_class c ON c.oid = p.partrelid AND c.relnamespace = '${schema}'::regnamespace
    JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
    WHERE p.partrelid = parent;
  FOR day IN SELECT generate_series(greatest(first_day, current_date - 1), last_day, interval '1 day')::date LOOP
    child := base || '_' || to_char(day, 'YYYYMMDD');
    CONTINUE WHEN to_regclass(quote_ident(child)) IS NOT NULL;
    lower_bound := day::timestamp AT TIME ZONE 'UTC';
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', child, base);
    -- Rows of the day may be waiting in the default partition, which would forbid to attach its own.
    EXECUTE format('WITH moved AS (DELETE FROM %I WHERE %I >= %L AND %I < %L RETURNING *) INSERT INTO %I SELECT * FROM moved',
      base || '_default', time_column, lower_bound, time_column, lower_bound + interval '1 day', child);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
      base, child, lower_bound, lower_bound + interval '1 day');
  END LOOP;
  FOR child IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = parent AND c.relname ~ ('^' || base || '_[0-9]{8}$')
      AND to_date(right(c.relname, 8), 'YYYYMMDD') < first_day
  LOOP
    EXECUTE format('DROP TABLE %I', child);
  END LOOP;
END $$;`;
}
