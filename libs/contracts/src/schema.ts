import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Static, TSchema } from 'typebox';
import { nearestWord } from './nearest-word.js';
import { meantErrors } from './union-errors.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const INSTANT =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const FORMATS = {
  uuid: { validate: UUID, wanted: 'a UUID' },
  'date-time': { validate: isInstant, wanted: 'an instant of RFC 3339, such as 2026-01-05T10:00:00Z' },
  uri: { validate: (text: string) => URL.canParse(text), wanted: 'a URL' },
  date: { validate: isDay, wanted: 'a day, such as 2026-01-05' },
} as const;

const OPTIONS = {
  // An error then has the value, so that the word that was meant can be named.
  verbose: true,
  strict: true,
  allowUnionTypes: true,
  // Every instant of every event passes here, so it is read once and not by a chain of general checks.
  formats: Object.fromEntries(Object.entries(FORMATS).map(([name, { validate }]) => [name, validate])),
} as const;

const ajv = new Ajv({ ...OPTIONS, allErrors: false });
const thorough = new Ajv({ ...OPTIONS, allErrors: true });

/**
 * RFC 3339 date-time with any zone offset and any number of fractional digits, of a day that the calendar has, and
 * that can be said in UTC with a year of four digits; without leap seconds, which no Date can hold.
 */
export function isInstant(text: string): boolean {
  if (!INSTANT.test(text) || !isWithinYears(text)) return false;
  const day = Number(text.slice(8, 10));
  return day <= 28 || day <= daysIn(Number(text.slice(0, 4)), Number(text.slice(5, 7)));
}

const EARLIEST_MS = Date.parse('0001-01-01T00:00:00Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** From the year 1, where PostgreSQL's spelling of years begins, to 9999; the zone matters at the edges only. */
function isWithinYears(text: string): boolean {
  if (!text.startsWith('000') && !text.startsWith('9999')) return true;
  const time = Date.parse(text);
  return time >= EARLIEST_MS && time <= LATEST_MS;
}

/** RFC 3339 full-date. */
function isDay(text: string): boolean {
  return text.length === 10 && isInstant(`${text}T00:00:00Z`);
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
}

/** A value did not fit its schema; `path` is a JSON pointer into the value. */
export class SchemaViolation extends Error {
  override readonly name = 'SchemaViolation';
  constructor(
    readonly path: string,
    readonly rule: string,
    message: string,
  ) {
    super(message);
  }
}

/** Compiles a schema, once and lazily, into a check that returns the value typed or throws `SchemaViolation`. */
export function validator<T extends TSchema>(schema: T): (value: unknown) => Static<T> {
  let validate: ValidateFunction | undefined;
  return (value) => {
    validate ??= ajv.compile(schema);
    if (validate(value)) return value as Static<T>;
    throw violation(validate.errors?.[0]);
  };
}

/** One of the rules of a schema that a value breaks. */
export interface Violation {
  /** JSON pointer (RFC 6901) to what is wrong, or to where something is missing; empty for the whole value. */
  readonly pointer: string;
  /** The keyword of JSON Schema that is not met, such as `required` or `maxLength`. */
  readonly rule: string;
  /** What it has to be. */
  readonly detail: string;
}

/**
 * Compiles a schema, once and lazily, into a check that says everything that is wrong with a value. It takes time and memory
 * for each thing that is wrong, so it is for values of bounded size that are known to be wrong.
 */
export function violations(schema: TSchema): (value: unknown) => Violation[] {
  let validate: ValidateFunction | undefined;
  return (value) => {
    validate ??= thorough.compile(schema);
    return validate(value) ? [] : meantErrors(validate.errors ?? []).map(violationOf);
  };
}

function violationOf(error: ErrorObject): Violation {
  const { instancePath, keyword: rule, params } = error;
  const { missingProperty } = params as { missingProperty?: string };
  if (rule !== 'required' || missingProperty === undefined)
    return { pointer: instancePath, rule, detail: reasonOf(error) };
  const member = missingProperty.replaceAll('~', '~0').replaceAll('/', '~1');
  return { pointer: `${instancePath}/${member}`, rule, detail: 'is missing' };
}

function violation(error: ErrorObject | undefined): SchemaViolation {
  const path = error?.instancePath || '/';
  const reason = error ? reasonOf(error) : 'does not fit its schema';
  return new SchemaViolation(path, error?.keyword ?? 'schema', `${path} ${reason}`);
}

function reasonOf(error: ErrorObject): string {
  const { allowedValues, allowedValue } = error.params as { allowedValues?: unknown[]; allowedValue?: unknown };
  if (allowedValues) return wordsOf(allowedValues, error.data);
  if (error.keyword === 'const') return `must be ${JSON.stringify(allowedValue)}`;
  return wantedBy(error) ?? error.message ?? 'does not fit its schema';
}

/** What a text has to be that has another shape: nobody reads patterns. */
function wantedBy(error: ErrorObject): string | undefined {
  if (error.keyword !== 'pattern' && error.keyword !== 'format') return undefined;
  const { description, format } = error.parentSchema as { description?: string; format?: keyof typeof FORMATS };
  const wanted = description ?? (format && FORMATS[format].wanted);
  return wanted === undefined ? undefined : `must be ${wanted}`;
}

function wordsOf(words: readonly unknown[], given: unknown): string {
  const meant = typeof given === 'string' ? nearestWord(given, words.map(String)) : undefined;
  return `must be one of ${words.join(', ')}${meant === undefined ? '' : `; ${meant} is meant?`}`;
}
