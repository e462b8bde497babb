import { textOf } from './bytes.js';

/** A JSON object of which every number is the text it was written as. */
export type Fields = Readonly<Record<string, unknown>>;

/** Numbers stay text: 2935.600 has three digits after the point, and JavaScript's numbers would forget them. */
export function parseFields(json: Buffer): Fields | undefined {
  try {
    const value = parseWithSource(textOf(json), (_key, member, { source }) =>
      typeof member === 'number' ? source : member,
    );
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const parseWithSource = JSON.parse as (
  text: string,
  reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
) => unknown;

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textIn(fields: Fields, name: string): string | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Without the members that are undefined. */
export function present<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const said = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
