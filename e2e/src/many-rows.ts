import type { Connection } from '@chargemesh/persistence';

/** Of the big operator; the small one has one of so many. */
export const ROWS = 300_000;
const ONE_OF = 3_000;
export const [BIG, SMALL] = ['01900000-0000-7000-8000-0000000000b1', '01900000-0000-7000-8000-0000000000b2'];

interface Column {
  readonly name: string;
  readonly type: string;
  /** Whether some unique index tells rows apart by it, alone or with others. */
  readonly unique: boolean;
}

/** What a column holds in row `i`: 100 rows share a text, and none a text or an id that is unique. */
const VALUES: Readonly<Record<string, (column: Column) => string>> = {
  text: ({ unique }) => `'v' || ${unique ? 'i + 1000000' : `i % ${ONE_OF}`}`,
  uuid: () => `('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid`,
  'timestamp with time zone': () => `timestamptz '2026-01-01' + i * interval '10 seconds'`,
  date: () => `date '2000-01-01' + i % ${ONE_OF}`,
  integer: () => '1',
  smallint: () => '1',
  bigint: () => 'i',
  numeric: () => '1',
  'double precision': () => '1',
  real: () => '1',
  boolean: () => 'false',
  jsonb: () => `'{}'`,
  json: () => `'{}'`,
  ARRAY: () => `'{}'`,
};

interface Rows {
  readonly count?: number;
  /** What columns hold in row `i`, as SQL, in place of anything. */
  readonly values?: Readonly<Record<string, string>>;
}

/** Fills a table with rows of both operators, in what it demands and in the columns that lists go by. */
export async function fill(
  admin: Connection,
  schema: string,
  table: string,
  listed: readonly string[],
  { count = ROWS, values: given = {} }: Rows = {},
): Promise<void> {
  const columns = await columnsOf(admin, schema, table, [...listed, ...Object.keys(given)]);
  const values = columns.map((column) => {
    const own = given[column.name];
    if (own !== undefined) return own;
    if (column.name === 'operator_id' && table !== 'operators')
      return `CASE WHEN i % ${ONE_OF} = 0 THEN '${SMALL}'::uuid ELSE '${BIG}'::uuid END`;
    const value = VALUES[column.type];
    if (!value) throw new Error(`no values are known for ${schema}.${table}.${column.name}, a ${column.type}`);
    return value(column);
  });
  const indexes = await indexesOf(admin, schema, table);
  // Built at once they take a part of the time that their rows take one by one.
  for (const { name } of indexes) await admin.query(`DROP INDEX ${schema}.${name}`);
  await admin.query(
    `INSERT INTO ${schema}.${table} (${columns.map(({ name }) => name).join(', ')})
     SELECT ${values.join(', ')} FROM generate_series(1, ${count}) AS i`,
  );
  for (const { definition } of indexes) await admin.query(definition);
  await admin.query(`ANALYZE ${schema}.${table}`);
}

/** Those that belong to no constraint. */
async function indexesOf(admin: Connection, schema: string, table: string) {
  const { rows } = await admin.query<{ name: string; definition: string }>(
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes
     WHERE schemaname = $1 AND tablename = $2 AND NOT EXISTS (
       SELECT FROM pg_constraint WHERE conindid = format('%I.%I', schemaname, indexname)::regclass)`,
    [schema, table],
  );
  return rows;
}

async function columnsOf(admin: Connection, schema: string, table: string, listed: readonly string[]) {
  const { rows } = await admin.query<Column>(
    `SELECT c.column_name AS name, c.data_type AS type, EXISTS (
       SELECT FROM pg_index x JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = ANY (x.indkey)
       WHERE x.indisunique AND x.indrelid = format('%I.%I', c.table_schema, c.table_name)::regclass
         AND a.attname = c.column_name) AS unique
     FROM information_schema.columns c
     WHERE c.table_schema = $1 AND c.table_name = $2 AND c.is_identity = 'NO' AND c.is_generated = 'NEVER'
       AND ((c.is_nullable = 'NO' AND c.column_default IS NULL) OR c.column_name = ANY ($3))`,
    [schema, table, listed],
  );
  return rows;
}
