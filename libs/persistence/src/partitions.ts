import type { Database } from './database.js';
import type { Transaction } from './transaction.js';

export interface DailyPartitions {
  /** Partitioned by range of this column, a timestamp, and with a default partition; `received_at` says when a row arrived. */
  readonly table: string;
  readonly timeColumn: string;
  /** Any moment of the current day. */
  readonly today: Date;
  /** How long a row stays after its arrival. */
  readonly keepDays: number;
  readonly aheadDays: number;
  /** Whose rows are looked at, where row security applies. */
  readonly operators: readonly string[];
  /** SQL condition, on the table as `r`, for rows that stay even then; none, if absent. */
  readonly neededBy?: string;
}

/** Rows of the default partition that one transaction deletes at most. */
const SLICE_ROWS = 5_000;
const DAY_MS = 86_400_000;

/**
 * Creates the partitions of the days to come, drops those of the past of which no row is needed, and deletes what is no
 * longer needed from the default partition, where rows with absurd times are. A row is needed for some days after it
 * arrived: by its own time, what a station tells late would go at once.
 */
export async function keepDailyPartitions(database: Database, partitions: DailyPartitions): Promise<void> {
  const { table, today, keepDays, aheadDays, operators } = partitions;
  const run = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => database.transaction(operators, work);
  const ahead = dayOf(new Date(today.getTime() + aheadDays * DAY_MS));
  await run((tx) => tx.query('SELECT make_daily_partitions($1::regclass, $2::date)', [table, ahead]));
  const oldest = dayOf(new Date(today.getTime() - keepDays * DAY_MS));
  for (const day of (await run((tx) => daysOf(tx, table))).filter((one) => one < oldest))
    await run((tx) => dropUnlessNeeded(tx, partitions, day));
  for (const gap of gapsBetween(await run((tx) => daysOf(tx, table))))
    while ((await run((tx) => deleteSlice(tx, partitions, gap))) === SLICE_ROWS);
}

/** The days that have a partition, in order. */
async function daysOf(tx: Transaction, table: string): Promise<string[]> {
  const rows = await tx.query<{ day: string }>(
    `SELECT to_char(to_date(right(c.relname, 8), 'YYYYMMDD'), 'YYYY-MM-DD') AS day
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = $1::regclass AND c.relname ~ '_[0-9]{8}$' ORDER BY day`,
    [table],
  );
  return rows.map(({ day }) => day);
}

async function dropUnlessNeeded(tx: Transaction, partitions: DailyPartitions, day: string): Promise<void> {
  const { table, timeColumn } = partitions;
  // Nothing can arrive in it between the look and the drop.
  const [held] = await tx.query<{ found: boolean }>('SELECT hold_daily_partition($1::regclass, $2::date) AS found', [
    table,
    day,
  ]);
  if (!held?.found) return;
  const [kept] = await tx.query(
    `SELECT 1 FROM ${table} AS r
     WHERE r.${timeColumn} >= $2 AND r.${timeColumn} < $3 AND (r.received_at >= $1 OR ${neededOf(partitions)}) LIMIT 1`,
    [arrivedBefore(partitions), midnightOf(day), midnightAfter(day)],
  );
  if (!kept) await tx.query('SELECT drop_daily_partition($1::regclass, $2::date)', [table, day]);
}

/** A span of time without a partition of its own: its rows are in the default one, and the planner knows. */
interface Gap {
  readonly from: Date | undefined;
  readonly to: Date | undefined;
}

function gapsBetween(days: readonly string[]): Gap[] {
  const gaps: Gap[] = [];
  let from: Date | undefined;
  for (const day of days) {
    if (from?.getTime() !== midnightOf(day).getTime()) gaps.push({ from, to: midnightOf(day) });
    from = midnightAfter(day);
  }
  return [...gaps, { from, to: undefined }];
}

async function deleteSlice(tx: Transaction, partitions: DailyPartitions, { from, to }: Gap): Promise<number> {
  const { table, timeColumn } = partitions;
  const within = `r.${timeColumn} >= $2 AND r.${timeColumn} < $3`;
  // Rows are found by where they are, which is one partition only.
  const rows = await tx.query(
    `DELETE FROM ${table} AS r WHERE ${within} AND r.ctid = ANY (ARRAY(
       SELECT r.ctid FROM ${table} AS r
       WHERE ${within} AND r.received_at < $1 AND NOT (${neededOf(partitions)}) LIMIT ${SLICE_ROWS}))
     RETURNING 1`,
    [arrivedBefore(partitions), from ?? '-infinity', to ?? 'infinity'],
  );
  return rows.length;
}

const neededOf = ({ neededBy }: DailyPartitions): string => neededBy ?? 'false';

function arrivedBefore({ today, keepDays }: DailyPartitions): Date {
  return new Date(today.getTime() - keepDays * DAY_MS);
}

const dayOf = (time: Date): string => time.toISOString().slice(0, 10);
const midnightOf = (day: string): Date => new Date(`${day}T00:00:00Z`);
const midnightAfter = (day: string): Date => new Date(midnightOf(day).getTime() + DAY_MS);

/** The service's role owns no table, so the owner lends it these acts; what is needed is looked up behind row security. */
export function dailyPartitionFunctions(schema: string): string {
  return `
DROP FUNCTION IF EXISTS keep_daily_partitions(regclass, date, date);

CREATE OR REPLACE FUNCTION make_daily_partitions(parent regclass, last_day date) RETURNS void
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
  FOR day IN SELECT generate_series(current_date - 1, last_day, interval '1 day')::date LOOP
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
END $$;

CREATE OR REPLACE FUNCTION daily_partition(parent regclass, day date) RETURNS regclass
LANGUAGE sql STABLE SET search_path = ${schema}, pg_temp AS $$
  SELECT c.oid::regclass FROM pg_inherits i
    JOIN pg_class p ON p.oid = i.inhparent AND p.relnamespace = '${schema}'::regnamespace
    JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = parent AND c.relname = p.relname || '_' || to_char(day, 'YYYYMMDD')
$$;

CREATE OR REPLACE FUNCTION hold_daily_partition(parent regclass, day date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema}, pg_temp AS $$
DECLARE child regclass;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('partitions:' || parent::oid, 0));
  child := daily_partition(parent, day);
  IF child IS NULL THEN RETURN false; END IF;
  EXECUTE format('LOCK TABLE ONLY %s IN SHARE ROW EXCLUSIVE MODE', child);
  RETURN true;
END $$;

CREATE OR REPLACE FUNCTION drop_daily_partition(parent regclass, day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${schema}, pg_temp AS $$
DECLARE child regclass;
BEGIN
  child := daily_partition(parent, day);
  IF child IS NOT NULL THEN EXECUTE format('DROP TABLE %s', child); END IF;
END $$;`;
}
