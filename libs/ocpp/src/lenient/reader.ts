import {
  type Deviation,
  type LenientReading,
  type ReadingContext,
  type Rule,
  type ZonelessAs,
  deviationsMax,
  wordOf,
} from './deviation.js';
import { isTimestamp, saidAtOf } from './instants.js';
import { keptOf, keptMax } from './kept-values.js';
import { type Member, membersMeant } from './members.js';
import { isSampledValue, sampledValueMeant } from './sampled-value.js';
import { type Broken, keptLength, scalarMeant } from './scalars.js';
import { type Schema, resolved } from './schema.js';
import { wordForNothing } from './words.js';
import { flatMapInSlices, sliceLength } from '../slices.js';

/** What a payload may cost at most: values and members that are looked at, and levels. */
const valuesMax = 1_000_000;
const depthMax = 64;

/** Members without which the value beside them would be taken for something else. */
const decisive: ReadonlySet<string> = new Set([
  ...['measurand', 'unit', 'unitOfMeasure', 'multiplier', 'phase', 'location', 'format'],
]);

/** Rules that keep what stood there: words, names and times. Other values may be secrets and are nobody's business. */
const worded: ReadonlySet<Rule> = new Set<Rule>([
  ...(['word-spelling', 'word-unknown', 'member-spelling', 'member-plural', 'member-unknown'] as const),
  ...(['time-form', 'time-zone', 'time-missing', 'number-doubtful'] as const),
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
export function read(payload: unknown, root: Schema, context: ReadingContext): LenientReading | Unreadable {
  return new Reader(root, context).run(payload);
}

/** Like `read`; other work has its turn between slices of a payload's long lists. */
export function readInSlices(
  payload: unknown,
  root: Schema,
  context: ReadingContext,
): Promise<LenientReading | Unreadable> {
  return new Reader(root, context).runInSlices(payload);
}

/** A long list that was read before the message it is a part of, and how. */
interface ListRead {
  readonly result: unknown[] | Unreadable;
  readonly deviations: readonly Deviation[];
}

/** Where in the payload, and under which name in the schema, a value stands. */
interface Place {
  readonly path: string;
  readonly name: string;
  readonly depth: number;
}

class Reader {
  private deviations: Deviation[] = [];
  private readonly longLists = new Map<unknown, ListRead>();
  private zonelessAs: ZonelessAs | undefined;
  private values = 0;
  private keptValues = 0;
  private saidAt = '';

  constructor(
    private readonly root: Schema,
    private readonly context: ReadingContext,
  ) {
    this.zonelessAs = context.zonelessAs;
  }

  run(payload: unknown): LenientReading | Unreadable {
    this.saidAt = saidAtOf(payload, this.context);
    const read = this.read(payload, this.root, { path: '', name: '', depth: 0 });
    if (read instanceof Unreadable) return read;
    const { deviations, zonelessAs } = this;
    return { payload: read as object, deviations, ...(zonelessAs ? { zonelessAs } : {}) };
  }

  async runInSlices(payload: unknown): Promise<LenientReading | Unreadable> {
    this.saidAt = saidAtOf(payload, this.context);
    await this.readLongLists(payload, this.root, { path: '', name: '', depth: 0 });
    return this.run(payload);
  }

  /** Reads the long lists alone, for `readElements` to have them. */
  private async readLongLists(value: unknown, of: Schema, { path, name, depth }: Place): Promise<void> {
    if (typeof value !== 'object' || value === null || depth > depthMax) return;
    const { schema } = resolved(of, this.root);
    if (Array.isArray(value)) {
      const { items = {} } = schema;
      const place = { path: `${path}/*`, name, depth: depth + 1 };
      if (value.length > sliceLength) this.longLists.set(value, await this.readLongList(value, items, place));
      else for (const item of value) await this.readLongLists(item, items, place);
      return;
    }
    for (const member of membersMeant(value, schema, this.root)) {
      const own = member.name === undefined ? undefined : schema.properties?.[member.name];
      if (own && member.name)
        await this.readLongLists(member.item, own, {
          path: `${path}/${member.name}`,
          name: member.name,
          depth: depth + 1,
        });
    }
  }

  private async readLongList(list: readonly unknown[], items: Schema, place: Place): Promise<ListRead> {
    const elements: Elements = { read: [] };
    this.deviations = [];
    await flatMapInSlices(list, (item) => {
      this.readElement(item, items, place, elements);
      return [];
    });
    const { deviations } = this;
    this.deviations = [];
    return { result: listOf(elements), deviations };
  }

  private read(value: unknown, of: Schema, at: Place): unknown {
    if (!this.mayCost(1) || at.depth > depthMax) return tooMuch(at.path);
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
    const isEmpty = Object.keys(value).length === 0;
    if (!isEmpty) {
      this.giveTime(result, schema, at);
      this.giveWords(result, schema, at);
    }
    const missing = schema.required?.find((name) => !Object.hasOwn(result, name));
    if (missing === undefined) return result;
    return new Unreadable('required', `${at.path}/${missing}`, isEmpty ? 'absent' : 'part-unreadable');
  }

  /** The time of a message that is said, and cannot be read, is for a person; that of what it brings is known from it. */
  private mayTakeTime(item: unknown, of: Schema, { name, depth }: Place): boolean {
    return isTimestamp(name, of) && (item === null || item === '' || depth > 1);
  }

  /** What says no time that can be read is of the time of its message, or of its arrival. */
  private giveTime(result: Record<string, unknown>, { properties = {}, required = [] }: Schema, at: Place): void {
    for (const name of required) {
      if (Object.hasOwn(result, name) || !isTimestamp(name, properties[name])) continue;
      this.note('time-missing', `${at.path}/${name}`);
      result[name] = this.saidAt;
    }
  }

  /** What is left out, or null, where the schema wants a word and has one for nothing. */
  private giveWords(result: Record<string, unknown>, { properties = {}, required = [] }: Schema, at: Place): void {
    for (const name of required) {
      const word = Object.hasOwn(result, name) ? undefined : this.nothingIn(properties[name] ?? {}, name);
      if (word === undefined) continue;
      this.note('absent', `${at.path}/${name}`);
      result[name] = word;
    }
  }

  private nothingIn(of: Schema, member: string): string | undefined {
    const { schema, name = member } = resolved(of, this.root);
    return schema.enum && wordForNothing(schema.enum, name);
  }

  private readMembers(said: object, schema: Schema, at: Place): Record<string, unknown> | Unreadable {
    const result: Record<string, unknown> = {};
    if (!this.mayCost(Object.keys(said).length)) return tooMuch(at.path);
    const value = isSampledValue(schema) ? this.readSampledValue(said, schema, at) : { said, isKept: false };
    if (value instanceof Unreadable) return value;
    const { properties = {}, required = [] } = schema;
    for (const member of membersMeant(value.said, schema, this.root)) {
      const name = this.nameOf(member, schema, at);
      if (name === undefined) continue;
      const place = { path: `${at.path}/${name}`, name, depth: at.depth + 1 };
      const of = Object.hasOwn(properties, name) ? (properties[name] as Schema) : {};
      const isKept = value.isKept && name === 'value';
      const read = isKept ? kept(member.item) : this.readMember(member, of, place, required);
      if (read instanceof Unreadable) return read;
      if (read !== undefined) result[name] = read;
    }
    return result;
  }

  private readSampledValue(said: object, schema: Schema, at: Place) {
    const meant = sampledValueMeant(said, schema, this.root);
    if (typeof meant === 'string')
      return new Unreadable('additionalProperties', `${at.path}/${meant}`, 'part-unreadable');
    for (const { rule, name, word } of meant.notes) this.note(rule, `${at.path}/${name}`, word);
    return meant;
  }

  /** The schema's name of a member; undefined where it is left out. */
  private nameOf({ key, name, likeness }: Member, { additionalProperties }: Schema, at: Place): string | undefined {
    if (name !== undefined) {
      if (likeness !== 'same')
        this.note(likeness === 'letters' ? 'member-spelling' : 'member-plural', `${at.path}/${name}`, key);
      return name;
    }
    // Assigned, this name would change what the object is.
    if (additionalProperties !== false && key !== '__proto__') return key;
    this.note('member-unknown', at.path, key);
    return undefined;
  }

  /** A member; undefined where it is left out. */
  private readMember({ item, isDisputed }: Member, of: Schema, at: Place, required: readonly string[]): unknown {
    const isRequired = required.includes(at.name);
    const isFree = of.type === undefined && of.$ref === undefined;
    if (item === null && !isRequired && !isFree) {
      this.note('absent', at.path);
      return undefined;
    }
    const noted = this.deviations.length;
    const read = isDisputed ? ofWrongType(at.path, item) : this.read(item, of, at);
    if (!(read instanceof Unreadable)) return read;
    if (isRequired) {
      const saysNothing = (item === null || item === '') && this.nothingIn(of, at.name) !== undefined;
      return saysNothing || this.mayTakeTime(item, of, at) ? undefined : read;
    }
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

  private readElements(list: readonly unknown[], items: Schema, { path, name, depth }: Place): unknown[] | Unreadable {
    const known = this.longLists.get(list);
    if (known) {
      for (const deviation of known.deviations) this.add(deviation);
      return known.result;
    }
    const place = { path: `${path}/*`, name, depth: depth + 1 };
    const elements: Elements = { read: [] };
    for (const item of list) this.readElement(item, items, place, elements);
    return listOf(elements);
  }

  private readElement(item: unknown, items: Schema, place: Place, elements: Elements): void {
    const noted = this.deviations.length;
    const read = this.read(item, items, place);
    if (!(read instanceof Unreadable)) {
      elements.read.push(read);
      return;
    }
    this.deviations.length = Math.min(this.deviations.length, noted);
    this.note(item === null ? 'absent' : read.rule, place.path, item);
    const kept = this.kept(item, items, read);
    if (kept) elements.read.push(kept);
    else elements.unreadable ??= read;
  }

  private mayCost(values: number): boolean {
    this.values += values;
    return this.values <= valuesMax;
  }

  /** What was measured and cannot be read, as it was written; nothing where nothing was said. */
  private kept(item: unknown, items: Schema, { rule }: Unreadable): object | undefined {
    const { schema } = resolved(items, this.root);
    const isNothing = rule === 'absent' && !(isSampledValue(schema) && Object.keys(Object(item)).length > 0);
    if (item === null || isNothing || this.keptValues >= keptMax) return undefined;
    const kept = keptOf(item, { schema, root: this.root, at: this.saidAt });
    if (kept) this.keptValues += 1;
    return kept;
  }

  private note(rule: Rule, path: string, value?: unknown): void {
    this.add({ rule, path, ...(worded.has(rule) && value !== undefined ? { word: wordOf(value) } : {}) });
  }

  private add(deviation: Deviation): void {
    // Beyond the most, each rule is still named once.
    if (this.deviations.length >= deviationsMax && this.deviations.some(({ rule }) => rule === deviation.rule)) return;
    this.deviations.push(deviation);
  }
}

/** The elements of a list that could be read, and the first that could not. */
interface Elements {
  readonly read: unknown[];
  unreadable?: Unreadable;
}

/** The elements that can be read; a list of which nothing can be is unreadable itself. */
function listOf({ read, unreadable }: Elements): unknown[] | Unreadable {
  return unreadable && read.length === 0 ? unreadable : read;
}

/** What a station wrote, as long as texts are kept. */
function kept(item: unknown): string {
  return String(item).slice(0, keptLength).toWellFormed();
}

function tooMuch(path: string): Unreadable {
  return new Unreadable('maxItems', path, 'part-unreadable');
}

function ofWrongType(path: string, value: unknown): Unreadable {
  return new Unreadable('type', path, value === '' ? 'absent' : 'part-unreadable');
}

function broken({ keyword, rule }: Broken, path: string): Unreadable {
  return new Unreadable(keyword, path, rule);
}
