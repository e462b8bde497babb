/** The part of JSON Schema that examples are made of. */
interface Described {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Described[];
  readonly properties?: Readonly<Record<string, Described>>;
  readonly required?: readonly string[];
  readonly items?: Described;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly format?: string;
  readonly pattern?: string;
  readonly description?: string;
}

const OF_FORMAT: Readonly<Record<string, string>> = {
  uuid: '01900000-0000-7000-8000-000000000001',
  'date-time': '2026-01-05T10:00:00Z',
  date: '2026-01-05',
  uri: 'https://cpo.example/ocpi',
};
/** Fields say of what they are: "a country code, such as DE". */
const SUCH_AS = /such as "?([^"]+?)"?(?: or |$)/;

/** An example of what fits a schema, put together of the examples of its fields; of objects what has to be there. */
export function exampleOf(schema: Described, named: Readonly<Record<string, Described>>): unknown {
  if (schema.$ref !== undefined) return exampleOf(named[schema.$ref.split('/').at(-1) ?? ''] ?? {}, named);
  const given = [...(schema.examples ?? []), schema.default, schema.const, schema.enum?.[0]];
  const said = given.find((one) => one !== undefined);
  if (said !== undefined) return said;
  if (schema.anyOf) return exampleOf(schema.anyOf.find(({ type }) => type !== 'null') ?? {}, named);
  const { type } = schema;
  return ofType(typeof type === 'string' ? type : type?.[0], schema, named);
}

function ofType(type: string | undefined, schema: Described, named: Readonly<Record<string, Described>>): unknown {
  const { properties = {}, required = [], items = {}, minItems = 1 } = schema;
  switch (type) {
    case 'object':
      return Object.fromEntries(required.map((name) => [name, exampleOf(properties[name] ?? {}, named)]));
    case 'array':
      return Array.from({ length: Math.max(1, minItems) }, () => exampleOf(items, named));
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    case 'string':
      return textOf(schema);
    default:
      return null;
  }
}

function textOf({ format = '', pattern, description = '', minLength = 0 }: Described): string {
  const [, said] = (pattern === undefined ? null : SUCH_AS.exec(description)) ?? [];
  return OF_FORMAT[format] ?? said ?? 'text'.padEnd(minLength, '.');
}
