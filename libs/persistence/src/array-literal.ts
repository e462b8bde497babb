import { storableText } from './storable.js';

/** Values as the text of a PostgreSQL array. The driver would write the same at several times the cost. */
export function arrayLiteral(values: readonly unknown[]): string {
  return `{${values.map(element).join(',')}}`;
}

function element(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `"${storableText(value).replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      if (value === null) return 'NULL';
      if (value instanceof Date) return value.toISOString();
      throw new TypeError('only texts, numbers, booleans and times can be elements of an array');
  }
}
