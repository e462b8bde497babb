import { arrayLiteral } from './array-literal.js';
import { storableJson, storableText } from './storable.js';

/** PostgreSQL types of the columns to write, by property of the row. */
export type ColumnTypes<Row> = { [K in keyof Row & string]?: string };

/** One column on its way: how the statement names, reads and converts its parameter. */
interface Column {
  readonly given: string;
  readonly taken: string;
  readonly parameter: string;
}

/**
 * Turns rows into one parameter per column, for `INSERT … SELECT … FROM <from>`.
 * `from` is a table `rows` with the columns in snake case; values of jsonb columns are serialised. Characters that
 * PostgreSQL cannot keep become U+FFFD: no text of a station or a partner may hold up what comes behind it.
 * @param firstParameter number of the first placeholder
 */
export function unnest<Row extends object>(rows: readonly Row[], types: ColumnTypes<Row>, firstParameter = 1) {
  const properties = Object.keys(types) as (keyof Row & string)[];
  const names = properties.map(snakeCase).join(', ');
  const columns = properties.map((property, index) => {
    const values: unknown[] = rows.map((row) => row[property] ?? null);
    return columnOf(snakeCase(property), types[property] ?? '', `$${firstParameter + index}`, values);
  });
  const taken = columns.map((column) => column.taken).join(', ');
  const given = columns.map((column) => column.given).join(', ');
  return {
    columns: names,
    from: `(SELECT ${taken} FROM unnest(${given}) AS given(${names})) AS rows`,
    parameters: columns.map(({ parameter }) => parameter),
  };
}

function columnOf(name: string, type: string, placeholder: string, values: readonly unknown[]): Column {
  if (type === 'text[]') return lists(name, placeholder, values);
  if (type === 'timestamptz' && areInstants(values)) return instants(name, placeholder, values);
  const written = type === 'jsonb' ? values.map(json) : values;
  if (TEXTUAL.has(type) && areJoinable(written)) return texts(name, type, placeholder, written);
  return { given: `${placeholder}::${type}[]`, taken: name, parameter: arrayLiteral(written) };
}

/** Lists travel as JSON: PostgreSQL takes an array of arrays for one list. */
function lists(name: string, placeholder: string, values: readonly unknown[]): Column {
  const taken = `CASE WHEN ${name} IS NOT NULL THEN ARRAY(SELECT jsonb_array_elements_text(${name})) END AS ${name}`;
  return { ...columnOf(name, 'jsonb', placeholder, values), taken };
}

/** Times travel as milliseconds: both ends spend several times as much on texts. */
function instants(name: string, placeholder: string, values: readonly (Date | null)[]): Column {
  const parameter = arrayLiteral(values.map((value) => value && value.getTime()));
  return { given: `${placeholder}::float8[]`, taken: `to_timestamp(${name} / 1000) AS ${name}`, parameter };
}

function areInstants(values: readonly unknown[]): values is (Date | null)[] {
  return values.every((value) => value === null || value instanceof Date);
}

const TEXTUAL: ReadonlySet<string> = new Set(['text', 'json', 'jsonb']);
/** Unit separator and record separator; hardly a text has them, and never one of JSON. */
const BETWEEN = '\x1f';
const NOTHING = '\x1e';

/** Texts travel joined: in an array's own spelling both ends would look at every character for escapes. */
function texts(name: string, type: string, placeholder: string, values: readonly (string | null)[]): Column {
  const parameter = storableText(values.map((value) => value ?? NOTHING).join(BETWEEN));
  const given = `string_to_array(${placeholder}, E'\\x1f', E'\\x1e')${type === 'text' ? '' : `::${type}[]`}`;
  return { given, taken: name, parameter };
}

/** An empty text as a whole would be no element instead of an empty one. */
function areJoinable(values: readonly unknown[]): values is (string | null)[] {
  if (values.length === 0 || (values.length === 1 && values[0] === '')) return false;
  return values.every(
    (value) => value === null || (typeof value === 'string' && !value.includes(BETWEEN) && !value.includes(NOTHING)),
  );
}

function json(value: unknown): string | null {
  return value === null ? null : storableJson(value);
}

/** The column of a property. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
