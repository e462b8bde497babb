import type { Connection } from '../connection.js';

/** What code that runs on a schema may lean on. */
export interface SchemaShape {
  readonly tables: Readonly<Record<string, TableShape>>;
  /** With the types of their arguments. */
  readonly functions: readonly string[];
}

interface TableShape {
  /** Its type, `not null` and `default` where they hold. */
  readonly columns: Readonly<Record<string, string>>;
  /** Conditions on rows: checks, references, exclusions. */
  readonly conditions: readonly string[];
  /** What is unique; `ON CONFLICT` names it. */
  readonly unique: readonly string[];
}

const TABLES = `relnamespace = $1::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'migrations'`;

export async function shapeOf(admin: Connection, schema: string): Promise<SchemaShape> {
  const ask = async <Row extends object>(sql: string): Promise<Row[]> => (await admin.query<Row>(sql, [schema])).rows;
  const columns = await ask<{ table: string; name: string; text: string }>(
    `SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, a.atttypmod)
       || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
       || CASE WHEN a.atthasdef OR a.attidentity <> '' THEN ' default' ELSE '' END AS text
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE ${TABLES} ORDER BY c.relname, a.attnum`,
  );
  const conditions = await ask<{ table: string; text: string }>(
    `SELECT c.relname AS table, pg_get_constraintdef(k.oid) AS text
     FROM pg_class c JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype IN ('c', 'f', 'x')
     WHERE ${TABLES} ORDER BY 1, 2`,
  );
  const unique = await ask<{ table: string; text: string }>(
    `SELECT c.relname AS table, regexp_replace(pg_get_indexdef(i.indexrelid), '^CREATE UNIQUE INDEX .* USING ', '') AS text
     FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid AND i.indisunique WHERE ${TABLES} ORDER BY 1, 2`,
  );
  const functions = await ask<{ text: string }>(
    'SELECT oid::regprocedure::text AS text FROM pg_proc WHERE pronamespace = $1::regnamespace ORDER BY 1',
  );
  const texts = (rows: readonly { table: string; text: string }[], of: string) =>
    rows.filter(({ table }) => table === of).map(({ text }) => text);
  const tables: Record<string, TableShape> = {};
  for (const { table, name, text } of columns) {
    const before = tables[table]?.columns;
    tables[table] = {
      columns: { ...before, [name]: text },
      conditions: texts(conditions, table),
      unique: texts(unique, table),
    };
  }
  return { tables, functions: functions.map(({ text }) => text) };
}

/** What code of before would stumble over on the schema of after; empty when that is only wider. */
export function narrowings(schema: string, before: SchemaShape, after: SchemaShape): string[] {
  const gone = before.functions.filter((name) => !after.functions.includes(name));
  return [
    ...gone.map((name) => `${schema}: the function ${name} is gone`),
    ...Object.entries(before.tables).flatMap(([name, table]) =>
      ofTable(`${schema}.${name}`, table, after.tables[name]),
    ),
  ];
}

function ofTable(at: string, before: TableShape, after: TableShape | undefined): string[] {
  if (!after) return [`${at} is gone`];
  const without = (from: readonly string[], those: readonly string[]) => from.filter((one) => !those.includes(one));
  return [
    ...Object.entries(before.columns).flatMap(([name, column]) =>
      ofColumn(`${at}.${name}`, column, after.columns[name]),
    ),
    ...Object.entries(after.columns)
      .filter(([name, text]) => !before.columns[name] && mustBeWritten(text))
      .map(([name]) => `${at}.${name}: is new and must be written`),
    ...without(after.conditions, before.conditions).map((text) => `${at}: a new condition, ${text}`),
    ...without(after.unique, before.unique).map((text) => `${at}: has become unique, ${text}`),
    ...without(before.unique, after.unique).map((text) => `${at}: is no longer unique, ${text}`),
  ];
}

function ofColumn(at: string, before: string, after: string | undefined): string[] {
  if (after === undefined) return [`${at} is gone`];
  const [type, now] = [typeOf(before), typeOf(after)];
  return [
    ...(type === now ? [] : [`${at}: the type changed from ${type} to ${now}`]),
    ...(!before.includes(NOT_NULL) && after.includes(NOT_NULL) ? [`${at}: may no longer be null`] : []),
    ...(before.endsWith(DEFAULT) && mustBeWritten(after) ? [`${at}: has lost its default`] : []),
  ];
}

const [NOT_NULL, DEFAULT] = [' not null', ' default'];
const mustBeWritten = (column: string): boolean => column.includes(NOT_NULL) && !column.endsWith(DEFAULT);
const typeOf = (column: string): string => column.replace(DEFAULT, '').replace(NOT_NULL, '');
