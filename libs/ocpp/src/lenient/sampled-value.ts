import { decimalMeant, isDecimal, saysNumber } from './decimals.js';
import { type Rule, wordOf } from './deviation.js';
import { type Member, membersMeant } from './members.js';
import { type Schema, resolved } from './schema.js';

/** What tells the unit of a measured value in any version. */
const units: Schema = {
  additionalProperties: false,
  properties: { unit: { type: 'string' }, unitOfMeasure: { type: 'object' }, multiplier: { type: 'integer' } },
};

/** A measured value with its number and unit where and how the schema has them, and by which rules that came about. */
export interface SampledValueMeant {
  readonly said: object;
  readonly notes: readonly { rule: Rule; name: string; word?: string }[];
  /** The value is no number that anybody could tell; it is kept as it was written. */
  readonly isKept: boolean;
}

/** Whether an object is a sampled value, in any version. */
export function isSampledValue({ properties = {} }: Schema): boolean {
  return Object.hasOwn(properties, 'measurand');
}

/** Whether a sampled value of OCPP 1.6 is no number but signed data, byte for byte. */
function isSigned({ name, item }: Member): boolean {
  return name === 'format' && typeof item === 'string' && item.toLowerCase() === 'signeddata';
}

/**
 * Reads a sampled value's number and unit; gives the name of the member for which the schema has no place, without which
 * nobody can tell what the value is.
 */
export function sampledValueMeant(said: object, schema: Schema, root: Schema): SampledValueMeant | string {
  const placed = withUnitInPlace(said, schema, root);
  if (typeof placed === 'string') return placed;
  const members = membersMeant(placed.said, schema, root);
  const value = members.find(({ name }) => name === 'value');
  if (typeof value?.item !== 'string' || isDecimal(value.item) || members.some(isSigned))
    return { ...placed, isKept: false };
  const number = withNumber(placed.said, value as Member & { item: string }, members, schema);
  return { ...number, notes: [...placed.notes, ...number.notes] };
}

/**
 * 1.6 says the unit beside the value, 2.x one level deeper. Where a version has no place for it, as 1.6 for a multiplier,
 * it has none.
 */
function withUnitInPlace(
  said: object,
  schema: Schema,
  root: Schema,
): Pick<SampledValueMeant, 'said' | 'notes'> | string {
  const { properties = {} } = schema;
  const own = membersMeant(said, schema, root);
  const notes: SampledValueMeant['notes'][number][] = [];
  let meant: Record<string, unknown> = { ...said };
  for (const { key, item, name } of membersMeant(said, units, units)) {
    if (name === undefined || item === null || own.some((member) => member.key === key && member.name !== undefined))
      continue;
    const outer = Object.keys(properties).find((known) =>
      Object.hasOwn(resolved(properties[known] as Schema, root).schema.properties ?? {}, name),
    );
    if (outer === undefined || own.some((member) => member.name === outer && member.item !== null)) return key;
    notes.push({ rule: 'member-spelling', name: outer, word: key });
    const { [key]: _moved, ...others } = meant;
    meant = { ...others, [outer]: { ...(others[outer] as object | undefined), [name]: item } };
  }
  return { said: meant, notes };
}

/** The number that a text says, with the unit behind it where that is the only one, or the same. */
function withNumber(
  said: object,
  { key, item: text }: Member & { item: string },
  members: readonly Member[],
  { properties = {} }: Schema,
): SampledValueMeant {
  const name = 'value';
  const meant = decimalMeant(text);
  const unit = meant?.unit === undefined ? undefined : unitBehind(meant.unit, members);
  if (!meant || unit === 'other') {
    const isNothing = !saysNumber(text);
    return {
      said,
      isKept: true,
      notes: [{ rule: isNothing ? 'absent' : 'number-doubtful', name, word: wordOf(text) }],
    };
  }
  const rule = unit === undefined ? 'number-form' : 'unit-behind';
  const read = { ...said, [key]: meant.number };
  return {
    said: unit === 'missing' ? { ...read, ...unitMember(meant.unit ?? '', members, properties) } : read,
    isKept: false,
    notes: [{ rule, name }],
  };
}

/** Whether a unit behind the value is the only one, the one that is said, or another one. */
function unitBehind(unit: string, members: readonly Member[]): 'missing' | 'same' | 'other' {
  const { own, multiplier } = unitSaid(members);
  if (multiplier !== undefined && Number(multiplier) !== 0) return 'other';
  if (own === undefined || own === null || own === '') return 'missing';
  return typeof own === 'string' && isSameUnit(own, unit) ? 'same' : 'other';
}

function unitSaid(members: readonly Member[]): { own?: unknown; multiplier?: unknown } {
  const beside = members.find(({ name }) => name === 'unit');
  const deeper = members.find(({ name }) => name === 'unitOfMeasure')?.item;
  if (beside || typeof deeper !== 'object' || deeper === null) return { own: beside?.item };
  const own = membersMeant(deeper, units, units);
  const of = (name: string): unknown => own.find((member) => member.name === name)?.item ?? undefined;
  return { own: of('unit'), multiplier: of('multiplier') };
}

/** Milli and mega are told apart by nothing but their case. */
function isSameUnit(a: string, b: string): boolean {
  const [x, y] = [a, b].map((unit) => unit.replace(/\s/g, '')) as [string, string];
  return x === y || (x.toLowerCase() === y.toLowerCase() && !/^m/i.test(x));
}

function unitMember(unit: string, members: readonly Member[], properties: Readonly<Record<string, Schema>>): object {
  const name = Object.hasOwn(properties, 'unit') ? 'unit' : 'unitOfMeasure';
  const key = members.find((member) => member.name === name)?.key ?? name;
  if (name === 'unit') return { [key]: unit };
  const known = members.find((member) => member.name === name)?.item;
  const others = Object.entries((known ?? {}) as object).filter(([other]) => other !== 'unit');
  return { [key]: { ...Object.fromEntries(others), unit } };
}
