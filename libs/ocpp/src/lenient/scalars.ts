import { isInstant } from '@chargemesh/contracts';
import { decimalMeant, isDecimal } from './decimals.js';
import type { ReadingContext, Rule, ZonelessAs } from './deviation.js';
import { isPadding, withoutTail } from '../storable-text.js';
import { instantMeant } from './instants.js';
import type { Schema } from './schema.js';
import { wordMeant } from './words.js';

/** A single value as it is meant: what it is, and by which rules it was read. */
export interface Meant {
  readonly value: unknown;
  readonly rules: readonly Rule[];
  readonly zonelessAs?: ZonelessAs;
}

/** Why a value cannot be read: the JSON Schema rule it broke, and the rule under which it is left out, if it may be. */
export interface Broken {
  readonly keyword: string;
  readonly rule: Rule;
}

/** Texts are kept whole up to this, whatever the schema allows; columns and contracts hold as much. */
export const keptLength = 255;
const identifier = /(?:^|[a-z])(?:id|Id|ID|idTag|idToken|IdToken|seqNo)$/;
/** Numbers that mean something else when they are rounded: identifiers, and a power of ten. */
const indivisible = (name: string): boolean => name === 'multiplier' || identifier.test(name);

/** Registers, whole by the schema: the places tell one in kWh from one in Wh, and of two readings which is higher. */
const register = /^meterSt(?:art|op)$/;

/** Reads one value that is no object and no list. */
export function scalarMeant(value: unknown, schema: Schema, name: string, context: ReadingContext): Meant | Broken {
  switch (schema.type) {
    case 'string':
      return textMeant(value, schema, name, context);
    case 'integer':
    case 'number':
      return numberMeant(value, schema, name);
    case 'boolean':
      return truthMeant(value);
    default:
      return { value, rules: [] };
  }
}

function textMeant(value: unknown, schema: Schema, name: string, context: ReadingContext): Meant | Broken {
  const text = textOf(value);
  if (text === undefined) return { keyword: 'type', rule: 'part-unreadable' };
  const rules: Rule[] = text === value ? [] : ['type'];
  if (schema.format === 'date-time') return timeMeant(text, context);
  if (schema.enum) {
    if (schema.enum.includes(text)) return { value: text, rules };
    const meant = wordMeant(text, schema.enum, name);
    if (!meant) return { keyword: 'enum', rule: text.trim() === '' ? 'absent' : 'word-unknown' };
    return { value: meant.word.slice(0, keptLength), rules: [...rules, meant.rule] };
  }
  return lengthMeant(text, schema.maxLength ?? Infinity, name, rules);
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  // Of a longer whole number the last digits are gone.
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : String(value);
}

/** Identifiers are never cut: what is left might name another. */
function lengthMeant(text: string, most: number, name: string, rules: readonly Rule[]): Meant {
  if (isAtMost(text, most)) return { value: text, rules };
  const mended = withoutTail(text, isPadding);
  if (isAtMost(mended, most)) return { value: mended, rules: [...rules, 'text-tail'] };
  const kept = Math.max(most, keptLength);
  const whole = text.length <= kept || most >= keptLength || identifier.test(name);
  return { value: whole ? text : text.slice(0, kept).toWellFormed(), rules: [...rules, 'text-long'] };
}

/** JSON Schema counts code points, of which JavaScript has one or two characters each. */
function isAtMost(text: string, most: number): boolean {
  return text.length <= most || (text.length <= 2 * most && [...text].length <= most);
}

function timeMeant(text: string, context: ReadingContext): Meant | Broken {
  if (isInstant(text)) return { value: text, rules: [] };
  const meant = instantMeant(text, context);
  if (!meant) return { keyword: 'format', rule: text.trim() === '' ? 'absent' : 'part-unreadable' };
  const { instant, rule, zonelessAs } = meant;
  return { value: instant, rules: [rule], ...(zonelessAs ? { zonelessAs } : {}) };
}

function numberMeant(value: unknown, schema: Schema, name: string): Meant | Broken {
  const text = typeof value === 'string' ? decimalIn(value, name) : undefined;
  const number = text === undefined ? value : Number(text);
  if (typeof number !== 'number' || !Number.isFinite(number))
    return { keyword: 'type', rule: value === '' ? 'absent' : 'part-unreadable' };
  const rules: Rule[] = number === value ? [] : ['type'];
  if (text !== undefined && text !== value) rules.push('number-form');
  const { minimum = -Infinity, maximum = Infinity } = schema;
  if (number < minimum) return { keyword: 'minimum', rule: 'number-range' };
  if (number > maximum) return { keyword: 'maximum', rule: 'number-range' };
  return exactMeant(number, schema, name, rules);
}

/** The decimal number in a text; a unit behind it is read of a register alone, whose unit is known. */
function decimalIn(text: string, name: string): string | undefined {
  if (text !== '' && isDecimal(text)) return text;
  const { number, unit } = decimalMeant(text) ?? {};
  return unit === undefined || (register.test(name) && unit.toLowerCase() === 'wh') ? number : undefined;
}

/** A register keeps its places; a number that names something, or is the power of ten of a value, has none. */
function exactMeant(number: number, { type, multipleOf = 0 }: Schema, name: string, rules: Rule[]): Meant | Broken {
  if (type === 'integer' && !Number.isInteger(number)) {
    if (indivisible(name)) return { keyword: 'type', rule: 'part-unreadable' };
    return { value: register.test(name) ? number : Math.round(number), rules: [...rules, 'number-precision'] };
  }
  const steps = multipleOf > 0 ? number / multipleOf : 0;
  const isExact = Math.abs(steps - Math.round(steps)) < 1e-6;
  return { value: number, rules: isExact ? rules : [...rules, 'number-precision'] };
}

function truthMeant(value: unknown): Meant | Broken {
  if (typeof value === 'boolean') return { value, rules: [] };
  const word = String(value).trim().toLowerCase();
  if (word === 'true' || word === '1') return { value: true, rules: ['type'] };
  if (word === 'false' || word === '0') return { value: false, rules: ['type'] };
  return { keyword: 'type', rule: word === '' ? 'absent' : 'part-unreadable' };
}
