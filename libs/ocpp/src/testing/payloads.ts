import type { Random } from '@chargemesh/waiting/random';
import { type Schema, resolved } from '../lenient/schema.js';

const depthMax = 6;
const pick = <T>(from: readonly T[], next: Random): T => from[Math.floor(next() * from.length)] as T;

/** A payload that fits its schema, made at random. */
export function payloadOf(schema: Schema, next: Random): object {
  return valueOf(schema, schema, next, 0) as object;
}

function valueOf(of: Schema, root: Schema, next: Random, depth: number): unknown {
  const { schema } = resolved(of, root);
  switch (schema.type) {
    case 'object':
      return objectOf(schema, root, next, depth);
    case 'array': {
      const { minItems = 0, maxItems = 3, items = {} } = schema;
      const length = Math.min(maxItems, Math.max(minItems, Math.floor(next() * 3)));
      return Array.from({ length }, () => valueOf(items, root, next, depth + 1));
    }
    case 'string':
      return textOf(schema, next);
    case 'boolean':
      return next() < 0.5;
    case 'integer':
    case 'number': {
      const { minimum = -1_000, maximum = 1_000_000, multipleOf = 0.5 } = schema;
      const whole = Math.ceil(minimum) + Math.floor(next() * (maximum - Math.ceil(minimum)));
      const exact = schema.type === 'integer' || whole + multipleOf > maximum;
      return exact ? whole : whole + multipleOf * Math.floor(next() * 2);
    }
    default:
      return { free: 1 };
  }
}

function objectOf(schema: Schema, root: Schema, next: Random, depth: number): object {
  const { properties = {}, required = [] } = schema;
  const names = Object.keys(properties).filter((name) => required.includes(name) || (depth < depthMax && next() < 0.4));
  const object = Object.fromEntries(
    names.map((name) => [name, valueOf(properties[name] ?? {}, root, next, depth + 1)]),
  );
  for (const [name, member] of Object.entries(decimalsOf(schema, object)))
    if (Object.hasOwn(object, name)) object[name] = valueOf(member, root, next, depth + 1);
  return object;
}

/** The members that are numbers as text in this object. */
function decimalsOf(schema: Schema, object: Readonly<Record<string, unknown>>): Readonly<Record<string, Schema>> {
  const members = object['format'] === 'SignedData' ? {} : (schema.else?.properties ?? {});
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, { ...member, type: 'string' }]));
}

function textOf({ enum: words, format, maxLength = 50 }: Schema, next: Random): string {
  if (words) return pick(words, next);
  if (format === 'date-time') return new Date(1_700_000_000_000 + Math.floor(next() * 1e7) * 10_000).toISOString();
  if (format === 'decimal') return String(Math.floor(next() * 1e6) / 10);
  if (format === 'uri') return 'https://example.org/x';
  if (next() < 0.3) return String(Math.floor(next() * 10 ** Math.min(maxLength, 6)));
  return Array.from({ length: 1 + Math.floor(next() * Math.min(maxLength, 30)) }, () => pick(alphabet, next)).join('');
}
const alphabet = [...'ABCdef019-_:ß€'];

/** The payload as a careless station might write it: it means the same. */
export function distorted(value: unknown, of: Schema, root: Schema, next: Random): unknown {
  const { schema } = resolved(of, root);
  if (schema.type === 'object') return distortedObject(value as Record<string, unknown>, schema, root, next);
  if (schema.type === 'array') {
    const items = (value as unknown[]).map((item) => distorted(item, schema.items ?? {}, root, next));
    const [only] = items;
    return items.length === 1 && only !== '' && next() < 0.5 ? only : items;
  }
  if (next() < 0.5) return value;
  if (typeof value === 'number')
    return pick([String(value), ` ${value} `, `${value}e0`, String(value).replace('.', ',')], next);
  if (typeof value === 'boolean') return pick([String(value), String(value).toUpperCase(), value ? 1 : 0], next);
  return typeof value === 'string' ? distortedText(value, schema, next) : value;
}

function distortedText(text: string, schema: Schema, next: Random): unknown {
  if (schema.enum)
    return pick([text.toUpperCase(), text.toLowerCase(), text.replaceAll(/[.-]/g, '_'), ` ${text}`], next);
  if (schema.format === 'date-time') {
    const bare = text.slice(0, -1);
    const forms = [
      `${bare}+0000`,
      `${bare}+00`,
      `${bare.replace('.', ',')}Z`,
      `${bare.replace('T', ' ')}z`,
      `${bare}-0000`,
    ];
    if (text.endsWith(':00.000Z')) forms.push(`${text.slice(0, 16)}Z`, `${text.slice(0, 16)}:Z`);
    return pick(forms, next);
  }
  if (schema.format === 'decimal') return pick([`${text} `, `+${text}`, text.replace('.', ','), Number(text)], next);
  return /^(0|[1-9]\d*)$/.test(text) ? Number(text) : text;
}

function distortedObject(value: Record<string, unknown>, schema: Schema, root: Schema, next: Random): unknown {
  if (schema.additionalProperties !== false) return value;
  const { properties = {}, required = [] } = schema;
  const decimals = decimalsOf(schema, value);
  const result: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    const spelt = pick([...Array<string>(8).fill(name), name.toUpperCase(), `${name}s`], next);
    result[spelt] = distorted(item, decimals[name] ?? properties[name] ?? {}, root, next);
  }
  for (const name of Object.keys(properties)) {
    if (Object.hasOwn(value, name) || required.includes(name) || properties[name]?.type === undefined) continue;
    if (next() < 0.3) result[name] = null;
  }
  if (next() < 0.3) result['vendorMember'] = { deep: [1, null] };
  return result;
}
