/** PostgreSQL types of the columns to write, by property of the row. */
export type ColumnTypes<Row> = { [K in keyof Row & string]?: string };

/**
 * Turns rows into one array parameter per column, for `INSERT … SELECT … FROM unnest(…)`.
 * `from` is `unnest($1::uuid[], …) AS rows(id, …)`, its columns in snake case; values of jsonb columns are serialised.
 * @param firstParameter number of the first placeholder
 */
export function unnest<Row extends object>(rows: readonly Row[], types: ColumnTypes<Row>, firstParameter = 1) {
  const properties = Object.keys(types) as (keyof Row & string)[];
  const columns = properties.map(snakeCase);
  const placeholders = properties.map((property, index) => `$${firstParameter + index}::${types[property]}[]`);
  return {
    columns: columns.join(', '),
    from: `unnest(${placeholders.join(', ')}) AS rows(${columns.join(', ')})`,
    parameters: properties.map((property) => {
      const json = types[property] === 'jsonb';
      return rows.map((row) => value(row[property], json));
    }),
  };
}

function value(of: unknown, json: boolean): unknown {
  if (of === undefined || of === null) return null;
  if (of instanceof Date) return instant(of);
  return json ? JSON.stringify(of) : of;
}

/** The driver writes times in the local zone, at several times the cost; years of other than four digits are left to it. */
function instant(of: Date): Date | string {
  const text = of.toISOString();
  return text.length === 24 && text >= '0001' ? text : of;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
