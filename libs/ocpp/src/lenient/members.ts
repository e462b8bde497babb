import { type Schema, resolved } from './schema.js';

/** No message has objects of so many members: of one that has more, those are read that have their very names. */
const crowd = 500;

/** Names are short; what is longer is like none of the schema's. */
const nameLengthMax = 100;

/** How a member's name stands to the schema's: the very same, in other letters, or its plural or singular. */
type Likeness = 'same' | 'letters' | 'number';

/** A member of an object, and the schema's name for it, if it is one of the schema's. */
export interface Member {
  readonly key: string;
  readonly item: unknown;
  readonly name?: string;
  readonly likeness?: Likeness;
  /** Another member says something else under the same name, and is as much like it. */
  readonly isDisputed?: boolean;
}

/** Members under the names that the schema has for them, in the order in which they were said. */
export function membersMeant(said: object, schema: Schema, root: Schema): Member[] {
  const keys = Object.keys(said);
  if (schema.additionalProperties === false && keys.length > crowd)
    return ofCrowd(said as Readonly<Record<string, unknown>>, keys, schema);
  const entries = Object.entries(said);
  const { properties = {} } = schema;
  // Mostly all have their very names, and then no two have the same.
  if (keys.every((key) => Object.hasOwn(properties, key)))
    return entries.map(([key, item]): Member => ({ key, item, name: key, likeness: 'same' }));
  const names = namesOf(schema);
  const members = entries.map(([key, item]): Member => ({
    key,
    item,
    ...nameOf(key, item, schema, root, names),
  }));
  const heard = new Map<string, Member>();
  for (const member of members) {
    const other = member.name === undefined ? undefined : heard.get(member.name);
    if (member.name !== undefined) heard.set(member.name, other ? ofTwo(other, member) : member);
  }
  return members.map(({ key, item, name }) => {
    const member = name === undefined ? undefined : heard.get(name);
    return member?.key === key ? member : { key, item };
  });
}

/** The members of the schema, and one that stands for the others, of which nothing is looked at. */
function ofCrowd(
  said: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  { properties = {} }: Schema,
): Member[] {
  const own = Object.keys(properties).filter((name) => Object.hasOwn(said, name));
  const known = own.map((name): Member => ({ key: name, item: said[name], name, likeness: 'same' }));
  const stranger = keys.find((key) => !Object.hasOwn(properties, key));
  return stranger === undefined ? known : [...known, { key: stranger, item: null }];
}

/** A name without what only parts its words. */
export function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '');
}

/** Of a name in bare letters its singulars and plurals. */
export function numbersOf(letters: string): string[] {
  const singulars = [/s$/, /es$/].filter((end) => end.test(letters)).map((end) => letters.replace(end, ''));
  const forms = [
    ...singulars,
    letters.replace(/ies$/, 'y'),
    `${letters}s`,
    `${letters}es`,
    letters.replace(/y$/, 'ies'),
  ];
  return forms.filter((form) => form !== letters && form !== '');
}

const spellings = new WeakMap<Schema, ReadonlyMap<string, string>>();

/** The schema's names by their letters. */
function namesOf(schema: Schema): ReadonlyMap<string, string> {
  const known = spellings.get(schema);
  if (known) return known;
  const made = new Map(Object.keys(schema.properties ?? {}).map((name) => [lettersOf(name), name]));
  spellings.set(schema, made);
  return made;
}

function nameOf(
  key: string,
  item: unknown,
  { properties = {}, additionalProperties }: Schema,
  root: Schema,
  names: ReadonlyMap<string, string>,
): Pick<Member, 'name' | 'likeness'> {
  if (Object.hasOwn(properties, key)) return { name: key, likeness: 'same' };
  if (key.length > nameLengthMax) return {};
  const letters = lettersOf(key);
  const name = names.get(letters);
  if (name !== undefined) return { name, likeness: 'letters' };
  // Where any member may stand, another number is another name.
  if (additionalProperties !== false) return {};
  const near = numbersOf(letters).find((form) => names.has(form));
  const meant = near === undefined ? undefined : (names.get(near) as string);
  return meant !== undefined && isOfKind(item, properties[meant] as Schema, root)
    ? { name: meant, likeness: 'number' }
    : {};
}

/** Objects and lists stand for each other, one thing for a list of it, and numbers, texts and truth values for each other. */
function isOfKind(item: unknown, of: Schema, root: Schema): boolean {
  const { type, items = {} } = resolved(of, root).schema;
  if (item === null || type === undefined) return true;
  if (type === 'array' && typeof item !== 'object') return isOfKind(item, items, root);
  return (typeof item === 'object') === (type === 'object' || type === 'array');
}

const order: readonly Likeness[] = ['same', 'letters', 'number'];

/** Of two members by one name the one that says something, that is more like it, or either if they say the same. */
function ofTwo(a: Member, b: Member): Member {
  if (a.item === null || b.item === null) return a.item === null ? b : a;
  const [x, y] = [a, b].map(({ likeness = 'number' }) => order.indexOf(likeness)) as [number, number];
  if (x !== y) return x < y ? a : b;
  // However many say it, each is compared once.
  if (a.isDisputed) return a;
  return JSON.stringify(a.item) === JSON.stringify(b.item) ? a : { ...a, isDisputed: true };
}
