/** The part of JSON Schema that the API description uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

const LIMITED_ROLES = ['hotline', 'terminal'] as const;
export type LimitedRole = (typeof LIMITED_ROLES)[number];

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly { name: string; in: string; schema: Schema }[];
  readonly body: Schema | undefined;
  /** That a caller needs at least; undefined where anybody may call, without credentials. */
  readonly role: string | undefined;
  /** Roles that may call it, too, and nothing that is not marked for them. */
  readonly limited: readonly LimitedRole[];
  /** Codes that it may be refused with. */
  readonly problems: readonly string[];
}

interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            parameters?: Operation['parameters'];
            'x-needed-role'?: string;
            'x-for-hotline'?: boolean;
            'x-for-terminal'?: boolean;
            'x-problems'?: readonly string[];
            requestBody?: { content?: Readonly<Record<string, { schema?: Schema }>> };
          }
        >
      >
    >
  >;
}

export function operationsOf(document: Document): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody, ...marked }]) => ({
      method: method.toUpperCase(),
      path,
      parameters,
      body: resolved(requestBody?.content?.['application/json']?.schema, document.components.schemas),
      role: marked['x-needed-role'],
      limited: LIMITED_ROLES.filter((role) => marked[`x-for-${role}`] === true),
      problems: marked['x-problems'] ?? [],
    })),
  );
}

/** A schema with those that it refers to in their places; none refers to itself. */
export function resolved<S extends Schema | undefined>(schema: S, named: Readonly<Record<string, Schema>>): S {
  const inline = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inline);
    if (typeof value !== 'object' || value === null) return value;
    const { $ref } = value as { $ref?: unknown };
    if (typeof $ref === 'string') return inline(named[$ref.split('/').at(-1) ?? ''] ?? {});
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inline(member)]));
  };
  return inline(schema) as S;
}

const TEXTS = ['', ' ', '0', '-1', 'null', 'ä€😀', "'; --", '%', '../..', '\u0001', '\u{10ffff}', 'x'.repeat(300)];
const NUMBERS = [0, -0, -1, 1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, 1e-320, 0.1 + 0.2];
const INSTANTS = [
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+14:00',
  '9999-12-31T23:59:59-14:00',
  '9999-12-31T23:59:60Z',
  '2026-02-29T00:00:00Z',
  '2026-03-29T02:30:00.123456789+14:00',
];
const DAYS = ['0000-01-01', '9999-12-31', '2026-02-29'];
const DEEPEST = 6;

/** Requests that mostly fit the description of an operation, with values at the edges of what it allows and beyond. */
export class RandomRequests {
  constructor(
    private readonly next: () => number,
    /** Values that exist, by name of the member or parameter. */
    private readonly known: Readonly<Record<string, readonly string[]>>,
  ) {}

  pathOf({ path, parameters }: Operation): string {
    return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const schema = parameters.find((parameter) => parameter.name === name && parameter.in === 'path')?.schema ?? {};
      return encodeURIComponent(this.text(name, schema)) || '%20';
    });
  }

  queryOf({ parameters }: Operation): string {
    const asked = parameters.filter((parameter) => parameter.in === 'query' && this.next() < 0.5);
    const query = new URLSearchParams(
      asked.map(({ name, schema }): [string, string] => [name, this.text(name, schema)]),
    );
    return asked.length > 0 ? `?${query.toString()}` : '';
  }

  bodyOf({ body }: Operation): unknown {
    return body === undefined || this.next() < 0.05 ? this.anything(0) : this.value('', body, 0);
  }

  private text(name: string, schema: Schema): string {
    const value = this.value(name, schema, 0);
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  }

  private value(name: string, schema: Schema, depth: number): unknown {
    if (this.next() < 0.03 || depth > DEEPEST) return this.anything(depth);
    const known = this.known[name];
    if (known && known.length > 0 && this.next() < 0.7) return this.one(known);
    if (schema.const !== undefined) return schema.const;
    if (schema.enum) return this.one(schema.enum);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices) return this.value(name, this.one(choices), depth);
    if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => this.value(name, part, depth))) as unknown;
    const type = typeof schema.type === 'string' ? schema.type : this.one(schema.type ?? ['any']);
    return this.ofType(type, name, schema, depth);
  }

  private ofType(type: string, name: string, schema: Schema, depth: number): unknown {
    switch (type) {
      case 'object':
        return this.object(schema, depth);
      case 'array':
        return Array.from({ length: Math.floor(this.next() * 4) }, () =>
          this.value(name, schema.items ?? {}, depth + 1),
        );
      case 'integer':
      case 'number':
        return this.one([schema.minimum ?? 0, schema.maximum ?? 1_000, 1, ...NUMBERS]);
      case 'boolean':
        return this.next() < 0.5;
      case 'null':
        return null;
      case 'string':
        return this.string(schema);
      default:
        return this.anything(depth);
    }
  }

  private object({ properties = {} }: Schema, depth: number): Record<string, unknown> {
    const members = Object.entries(properties).filter(() => this.next() < 0.85);
    return Object.fromEntries(members.map(([name, schema]) => [name, this.value(name, schema, depth + 1)]));
  }

  private string({ format, pattern, maxLength }: Schema): string {
    if (format === 'uuid')
      return `0190a000-0000-7000-8000-${Math.floor(this.next() * 1e12)
        .toString()
        .padStart(12, '0')}`;
    if (format === 'date-time') return this.one([...INSTANTS, '2026-01-01T00:00:00Z', '2026-06-01T12:00:00.123Z']);
    if (format === 'date') return this.one([...DAYS, '2026-01-01']);
    if (pattern?.includes('\\d'))
      return this.one(['0', '0.25', '-1.5', '999999999999999999.999999999999999999', '52.5']);
    if (pattern?.includes('[A-Z]{2}')) return this.one(['DE', 'FR', 'ZZ']);
    if (pattern?.includes('[A-Z')) return this.one(['EUR', 'DEU', 'ABC', 'XXX']);
    return this.one(['a', 'Europe/Berlin', 'x'.repeat(Math.min(maxLength ?? 1, 2_000)), ...TEXTS]);
  }

  private anything(depth: number): unknown {
    const leaf = this.one<unknown>([null, true, {}, [], ...TEXTS, ...NUMBERS]);
    if (this.next() < 0.7 || depth > DEEPEST) return leaf;
    return this.next() < 0.5 ? [this.anything(depth + 1)] : { [this.one(['__proto__', 'constructor', 'a'])]: leaf };
  }

  private one<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)] as T;
  }
}
