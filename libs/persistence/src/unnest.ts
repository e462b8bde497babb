import { arrayLiteral } from './array-literal.js';

/** PostgreSQL types of the columns to write, by property of the row. */
export type ColumnTypes<Row> = { [K in keyof Row & string]?: string };

/**
 * Turns rows into one array parameter per column, for `INSERT … SELECT … FROM <from>`.
 * `from` is a table `rows` with the columns in snake case; values of jsonb columns are serialised.
 * @param firstParameter number of the first placeholder
 */
export function unnest<Row extends object>(rows: readonly Row[], types: ColumnTypes<Row>, firstParameter = 1) {
  const columns = (Object.keys(types) as (keyof Row & string)[]).map((property, index) => {
    const [name, type, number] = [snakeCase(property), types[property] ?? '', firstParameter + index];
    const values: unknown[] = rows.map((row) => row[property] ?? null);
    if (type === 'timestamptz' && areInstants(values)) return instants(name, number, values);
    const parameter = type === 'jsonb' ? values.map(json) : values;
    return { name, given: `$${number}::${type}[]`, taken: name, parameter };
  });
  const list = (of: 'name' | 'given' | 'taken'): string => columns.map((column) => column[of]).join(', ');
  return {
    columns: list('name'),
    from: `(SELECT ${list('taken')} FROM unnest(${list('given')}) AS given(${list('name')})) AS rows`,
    parameters: columns.map(({ parameter }) => arrayLiteral(parameter)),
  };
}

/** Times travel as milliseconds: both ends spend several times as much on texts. */
function instants(name: string, number: number, values: readonly (Date | null)[]) {
  const parameter: unknown[] = values.map((value) => value && value.getTime());
  return { name, given: `$${number}::float8[]`, taken: `to_timestamp(${name} / 1000) AS ${name}`, parameter };
}

function areInstants(values: readonly unknown[]): values is (Date | null)[] {
  return values.every((value) => value === null || value instanceof Date);
}

function json(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
