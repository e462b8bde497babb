import {
  type Deviation,
  type Reading,
  type ReadingContext,
  type Rule,
  type ZonelessAs,
  deviationsMax,
  wordOf,
} from './deviation.js';
import { type Broken, scalarMeant } from './scalars.js';
import { type Schema, resolved } from './schema.js';

/** What a payload may cost at most: values that are looked at, and levels. */
const valuesMax = 200_000;
const depthMax = 64;

/** Members without which the value beside them would be taken for something else. */
const decisive: ReadonlySet<string> = new Set([
  ...['measurand', 'unit', 'unitOfMeasure', 'multiplier', 'phase', 'location', 'format'],
]);

/** What tells the unit of a measured value in any version. */
const unitNames: ReadonlySet<string> = new Set(['unit', 'unitofmeasure', 'multiplier']);

/** Rules that keep what stood there: words, names and times. Other values may be secrets and are nobody's business. */
const worded: ReadonlySet<Rule> = new Set<Rule>([
  ...(['word-spelling', 'word-unknown', 'member-spelling', 'member-unknown', 'time-form', 'time-zone'] as const),
]);

/** A value that cannot be read, where it stands, and by which rule it is left out where it may be. */
export class Unreadable {
  constructor(
    readonly keyword: string,
    readonly path: string,
    readonly rule: Rule,
  ) {}
}

/** Reads a payload by its schema; gives why not where its meaning is in doubt. */
export function read(payload: unknown, root: Schema, context: ReadingContext): Reading | Unreadable {
  return new Reader(root, context).run(payload);
}

/** Where in the payload, and under which name in the schema, a value stands. */
interface Place {
  readonly path: string;
  readonly name: string;
  readonly depth: number;
}

class Reader {
  private readonly deviations: Deviation[] = [];
  private zonelessAs: ZonelessAs | undefined;
  private values = 0;

  constructor(
    private readonly root: Schema,
    private readonly context: ReadingContext,
  ) {
    this.zonelessAs = context.zonelessAs;
  }

  run(payload: unknown): Reading | Unreadable {
    const read = this.read(payload, this.root, { path: '', name: '', depth: 0 });
    if (read instanceof Unreadable) return read;
    const { deviations, zonelessAs } = this;
    return { payload: read as object, deviations, ...(zonelessAs ? { zonelessAs } : {}) };
  }

  private read(value: unknown, of: Schema, at: Place): unknown {
    if (++this.values > valuesMax || at.depth > depthMax) return new Unreadable('maxItems', at.path, 'part-unreadable');
    const { schema, name = at.name } = resolved(of, this.root);
    if (schema.type === 'object') return this.readObject(value, schema, at);
    if (schema.type === 'array') return this.readList(value, schema, at);
    const meant = scalarMeant(value, schema, name, { ...this.context, zonelessAs: this.zonelessAs });
    if ('keyword' in meant) return broken(meant, at.path);
    for (const rule of meant.rules) this.note(rule, at.path, value);
    this.zonelessAs = meant.zonelessAs ?? this.zonelessAs;
    return meant.value;
  }

  private readObject(value: unknown, schema: Schema, at: Place): unknown {
    if (Array.isArray(value) && value.length === 1) {
      this.note('list-or-one', at.path);
      return this.read(value[0], schema, { ...at, depth: at.depth + 1 });
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return ofWrongType(at.path, value);
    const result = this.readMembers(value, schema, at);
    if (result instanceof Unreadable) return result;
    const missing = schema.required?.find((name) => !Object.hasOwn(result, name));
    if (missing === undefined) return result;
    const isEmpty = Object.keys(value).length === 0;
    return new Unreadable('required', `${at.path}/${missing}`, isEmpty ? 'absent' : 'part-unreadable');
  }

  private readMembers(said: object, schema: Schema, at: Place): Record<string, unknown> | Unreadable {
    const result: Record<string, unknown> = {};
    const { properties = {}, required = [] } = schema;
    const value = Object.hasOwn(properties, 'measurand') ? this.withUnit(said, properties, at) : said;
    if (value instanceof Unreadable) return value;
    for (const [key, item] of Object.entries(value)) {
      const name = this.memberOf(key, value, schema, at);
      if (name === undefined) continue;
      const of = Object.hasOwn(properties, name) ? (properties[name] as Schema) : {};
      const read = this.readMember(item, of, { path: `${at.path}/${name}`, name, depth: at.depth + 1 }, required);
      if (read instanceof Unreadable) return read;
      if (read !== undefined) result[name] = read;
    }
    return result;
  }

  /**
   * A measured value with its unit where the schema has it: 1.6 says it beside the value, 2.x one level deeper. Where it
   * has no place for it, as 1.6 for a multiplier, nobody can tell what the value is.
   */
  private withUnit(value: object, properties: Readonly<Record<string, Schema>>, at: Place): object | Unreadable {
    const names = Object.keys(properties);
    let meant: Record<string, unknown> = { ...value };
    for (const [key, item] of Object.entries(value)) {
      const name = lettersOf(key);
      if (item === null || !unitNames.has(name) || names.some((known) => lettersOf(known) === name)) continue;
      const { [key]: _moved, ...others } = meant;
      const outer = names.find((known) => knows(resolved(properties[known] as Schema, this.root).schema, name));
      if (outer === undefined || isSaid(value, outer))
        return new Unreadable('additionalProperties', `${at.path}/${key}`, 'part-unreadable');
      this.note('member-spelling', `${at.path}/${outer}`, key);
      meant = { ...others, [outer]: { ...(others[outer] as object | undefined), [key]: item } };
    }
    return meant;
  }

  /** The schema's name of a member; undefined where it is left out. */
  private memberOf(key: string, object: object, { properties = {}, additionalProperties }: Schema, at: Place) {
    if (++this.values > valuesMax) return undefined;
    if (Object.hasOwn(properties, key)) return key;
    const plain = lettersOf(key);
    const meant = Object.keys(properties).find((name) => lettersOf(name) === plain && !Object.hasOwn(object, name));
    if (meant !== undefined) {
      this.note('member-spelling', `${at.path}/${meant}`, key);
      return meant;
    }
    // Assigned, this name would change what the object is.
    if (additionalProperties !== false && key !== '__proto__') return key;
    this.note('member-unknown', at.path, key);
    return undefined;
  }

  /** A member; undefined where it is left out. */
  private readMember(item: unknown, of: Schema, at: Place, required: readonly string[]): unknown {
    const isRequired = required.includes(at.name);
    const isFree = of.type === undefined && of.$ref === undefined;
    if (item === null && !isRequired && !isFree) {
      this.note('absent', at.path);
      return undefined;
    }
    const noted = this.deviations.length;
    const read = this.read(item, of, at);
    if (!(read instanceof Unreadable) || isRequired) return read;
    if (decisive.has(at.name) && read.rule !== 'absent') return read;
    this.deviations.length = Math.min(this.deviations.length, noted);
    this.note(read.rule, at.path, item);
    return undefined;
  }

  private readList(value: unknown, schema: Schema, at: Place): unknown {
    if (value === '') return ofWrongType(at.path, value);
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (list !== value) this.note('list-or-one', at.path);
    const result = this.readElements(list, schema.items ?? {}, at);
    if (result instanceof Unreadable) return result;
    if (result.length < (schema.minItems ?? 0))
      return new Unreadable('minItems', at.path, list.length === 0 ? 'absent' : 'part-unreadable');
    if (result.length > (schema.maxItems ?? Infinity)) this.note('list-long', at.path);
    return result;
  }

  /** The elements that can be read; a list of which nothing can be is unreadable itself. */
  private readElements(list: readonly unknown[], items: Schema, { path, name, depth }: Place): unknown[] | Unreadable {
    const place = { path: `${path}/*`, name, depth: depth + 1 };
    const result: unknown[] = [];
    let unreadable: Unreadable | undefined;
    for (const item of list) {
      const noted = this.deviations.length;
      const read = this.read(item, items, place);
      if (!(read instanceof Unreadable)) {
        result.push(read);
        continue;
      }
      unreadable ??= read;
      this.deviations.length = Math.min(this.deviations.length, noted);
      this.note(item === null ? 'absent' : read.rule, place.path, item);
    }
    return unreadable && result.length === 0 ? unreadable : result;
  }

  private note(rule: Rule, path: string, value?: unknown): void {
    // Beyond the most, each rule is still named once.
    if (this.deviations.length >= deviationsMax && this.deviations.some((known) => known.rule === rule)) return;
    this.deviations.push({ rule, path, ...(worded.has(rule) && value !== undefined ? { word: wordOf(value) } : {}) });
  }
}

/** A member's name without what only parts its words. */
function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '');
}

function knows({ properties = {} }: Schema, letters: string): boolean {
  return Object.keys(properties).some((name) => lettersOf(name) === letters);
}

/** Whether an object has a member by this name, however it is spelt. */
function isSaid(object: object, name: string): boolean {
  return Object.entries(object).some(([key, item]) => item !== null && lettersOf(key) === lettersOf(name));
}

function ofWrongType(path: string, value: unknown): Unreadable {
  return new Unreadable('type', path, value === '' ? 'absent' : 'part-unreadable');
}

function broken({ keyword, rule }: Broken, path: string): Unreadable {
  return new Unreadable(keyword, path, rule);
}
