import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import {
  ALL_OPERATORS,
  type Asked,
  Connection,
  Database,
  type Filters,
  KeysetList,
  type Scope,
  type Transaction,
} from '@chargemesh/persistence';
import { listsOf } from '@chargemesh/service';
import { createDatabase, setUpService } from '@chargemesh/testing';
import { BIG, SMALL, fill } from './many-rows.js';
import { explain, relationsOf, rowsRead } from './plans.js';

/** A page has a hundred rows; what is read for it may be some more, but does not grow with the table. */
const LIMIT = 100;
const READ_MAX = 1_000;
const MIDDLE = new Date('2026-01-18T08:00:00Z');

const declared = services.flatMap((service) => listsOf(service).map((listed) => ({ ...listed, service })));
// What every service has is looked at in one of them.
const lists = [...new Map(declared.map((listed) => [listed.list, listed])).values()];
const named = lists.map(({ handler, list, service }) => ({
  name: `${service.schema} ${handler} (${list.rows.table ?? 'a query'})`,
  rows: list.rows,
  schema: service.schema,
}));

describe('lists at 300,000 rows', () => {
  let server: Awaited<ReturnType<typeof createDatabase>>;
  let admins: Connection[];
  const databases = new Map<string, Database>();
  const connect = () => new Connection({ connectionString: server.adminUrl, answerWithinMs: 120_000 });
  const admin = () => admins[0] as Connection;
  const databaseOf = (schema: string) => databases.get(schema) as Database;

  beforeAll(async () => {
    server = await createDatabase();
    for (const connection of (admins = [connect(), connect()])) {
      await connection.connect();
      // Neither foreign keys nor what keeps rows as they are concerns plans.
      await connection.query(`SET session_replication_role = replica; SET maintenance_work_mem = '200MB'`);
    }
    for (const service of services) {
      const url = await setUpService(server.adminUrl, service);
      databases.set(service.schema, await Database.open({ url, schema: service.schema, entities: [] }));
    }
    const tables = (await tablesOf()).flatMap(([schema, found]) =>
      [...found].map((table) => [schema, ...table] as const),
    );
    const lane = async (connection: Connection) => {
      for (let next = tables.pop(); next; next = tables.pop()) {
        const [schema, table, columns] = next;
        await fill(connection, schema, table, [...columns]);
      }
    };
    await Promise.all(admins.map(lane));
  }, 600_000);

  afterAll(async () => {
    for (const database of databases.values()) await database.close();
    for (const connection of admins ?? []) await connection.end();
    await server?.drop();
  });

  /** By schema and table: the columns that lists go by. */
  async function tablesOf() {
    const found = new Map<string, Map<string, Set<string>>>();
    for (const { rows, schema } of named) {
      const tables = found.get(schema) ?? new Map<string, Set<string>>();
      found.set(schema, tables);
      const filters = Object.fromEntries(Object.keys(rows.options.within ?? {}).map((name) => [name, null]));
      for (const within of samplesOf(rows.options.within ?? {}, () => null)) {
        const { sql, parameters } = rows.statement(asked({ filters: { ...filters, ...within } }));
        const plan = await databaseOf(schema).transaction([SMALL], (tx) =>
          explain(tx, 'EXPLAIN (FORMAT JSON)', sql, parameters),
        );
        for (const table of new Set([...(rows.table === undefined ? [] : [rows.table]), ...relationsOf(plan)]))
          tables.set(table, columnsOf(rows, tables.get(table) ?? new Set()));
      }
    }
    const { rows: owned } = await admin().query<{ name: string }>(
      `SELECT table_schema || '.' || table_name AS name FROM information_schema.columns WHERE column_name = 'operator_id'`,
    );
    const names = new Set(owned.map(({ name }) => name));
    return [...found].map(([schema, tables]) => {
      const own = [...tables].filter(([table]) => names.has(`${schema}.${table}`));
      return [schema, new Map(own)] as const;
    });
  }

  const asked = (given: Partial<Asked>): Asked => ({ scope: SMALL, order: 'oldest', limit: LIMIT, ...given });

  it.each(named)('reads a page of $name by an index', async ({ rows, schema }) => {
    const tooMany: string[] = [];
    for (const scope of await scopesOf(rows, schema)) {
      const operators = typeof scope === 'string' ? [scope] : [];
      await databaseOf(schema).transaction(operators, async (tx) => {
        for (const [what, one] of await pagesOf(tx, rows, scope)) {
          const { sql, parameters } = rows.statement(one);
          const read = rowsRead(await explain(tx, 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON)', sql, parameters));
          if (read > READ_MAX) tooMany.push(`${String(scope)} ${what}: ${read} rows`);
        }
      });
    }
    expect(tooMany).toEqual([]);
  });

  it('would find a list without an index', async () => {
    const unindexed = new KeysetList({ from: 'sessions', key: { energy_wh: 'bigint' } });
    const { sql, parameters } = unindexed.statement(asked({ scope: BIG }));
    const plan = await databaseOf('sessions').transaction([BIG], (tx) =>
      explain(tx, 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON)', sql, parameters),
    );
    expect(rowsRead(plan)).toBeGreaterThan(100_000);
  });

  /** The small operator among foreign rows, and the big one; where rows are not secured, the installation too. */
  async function scopesOf({ table, options }: KeysetList<object>, schema: string): Promise<Scope[]> {
    if (options.readsAll) return [SMALL];
    const { rows } = await admin().query<{ secured: boolean }>(
      `SELECT relrowsecurity AS secured FROM pg_class WHERE oid = to_regclass($1)`,
      [`${schema}.${table}`],
    );
    return rows[0]?.secured === false ? [SMALL, BIG, ALL_OPERATORS] : [SMALL, BIG];
  }

  /** Pages in both orders, the first, the next and one from the middle on, by each filter and by time. */
  async function pagesOf(tx: Transaction, rows: KeysetList<object>, scope: Scope): Promise<[string, Asked][]> {
    const { within = {}, filters = {}, time } = rows.options;
    const row = await middleRow(tx, rows, scope);
    const pages: [string, Asked][] = [];
    for (const always of samplesOf(within, (column) => row[column]))
      for (const [what, given] of [
        ['all', { filters: always }] as const,
        ...Object.entries(filters).flatMap(([name, by]) =>
          samplesOf({ [name]: by }, (column) => row[column]).map(
            (one) => [name, { filters: { ...always, ...one } }] as const,
          ),
        ),
        ...(time
          ? (['from', 'to'] as const).map((bound) => [bound, { filters: always, [bound]: MIDDLE }] as const)
          : []),
      ])
        for (const order of ['oldest', 'newest'] as const) {
          const first = asked({ scope, order, ...given });
          const { next } = await rows.read(tx, first);
          for (const after of [undefined, next, row['keyset'] as string[] | undefined])
            pages.push([`${what}, ${order}, after ${String(after)}`, { ...first, after }]);
        }
    return pages;
  }
});

/** A row of the table that the transaction sees, with its key, from the middle of the operator's rows. */
async function middleRow(
  tx: Transaction,
  { table, options }: KeysetList<object>,
  scope: Scope,
): Promise<Record<string, unknown>> {
  if (table === undefined) return {};
  const own = typeof scope === 'string' ? `WHERE operator_id = '${scope}'` : '';
  const key = Object.keys(options.key).map((column) => `${column}::text`);
  const [row] = await tx.query(
    `SELECT *, ARRAY[${key.join(', ')}] AS keyset FROM ${table} ${own}
     OFFSET (SELECT count(*) / 2 FROM ${table} ${own}) LIMIT 1`,
  );
  return row ?? {};
}

/** Values for all of the filters, in each combination; those of a column as a row has them, truth values both. */
function samplesOf(filters: Filters, valueOf: (column: string) => unknown): Record<string, unknown>[] {
  return Object.entries(filters).reduce<Record<string, unknown>[]>(
    (before, [name, by]) => {
      const value = typeof by === 'string' ? valueOf(by) : undefined;
      const samples = typeof by === 'string' ? (typeof value === 'boolean' ? [true, false] : [value]) : by.samples;
      return before.flatMap((given) => samples.map((sample) => ({ ...given, [name]: sample })));
    },
    [{}],
  );
}

function columnsOf({ options }: KeysetList<object>, known: Set<string>): Set<string> {
  const filtered = Object.values({ ...options.filters, ...options.within }).filter((by) => typeof by === 'string');
  const { time } = options;
  const timed = time === undefined ? [] : 'id' in time ? [time.id] : [time.column];
  return new Set([...known, ...Object.keys(options.key), ...filtered, ...timed]);
}
