const DAY_MS = 86_400_000;

/**
 * Milliseconds since 1970 of an RFC 3339 date-time; NaN when it is none.
 * Sessions hold thousands of instants, nearly all of the form `2026-01-07T10:00:00Z` or `2026-01-07T10:00:00.000Z`, read
 * here without Date.parse.
 */
export function parseInstant(text: string): number {
  if (text.length === 20 && text.charCodeAt(19) === Z) return parseSeconds(text);
  if (text.length !== 24 || text.charCodeAt(19) !== DOT || text.charCodeAt(23) !== Z) return parseAny(text);
  const ms = two(text, 20) * 10 + text.charCodeAt(22) - ZERO;
  return ms >= 0 && isDigit(text, 22) ? parseSeconds(text) + ms : NaN;
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/;

/** OCPI says that a date-time without an offset is UTC. */
function parseAny(text: string): number {
  if (!RFC_3339.test(text)) return NaN;
  return Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
}

const ZERO = 48;
const Z = 90;
const DOT = 46;
const T = 84;
const DASH = 45;
const COLON = 58;

/** The day that was read last, by its characters: nearly always that of the next instant too. */
let lastRead = { century: 0, year: 0, month: 0, day: 0, ms: NaN };

function parseSeconds(text: string): number {
  const [century, year, month] = [pair(text, 0), pair(text, 2), pair(text, 5)];
  const day = pair(text, 8);
  const last = lastRead;
  if (day !== last.day || month !== last.month || year !== last.year || century !== last.century) {
    lastRead = { century, year, month, day, ms: parseDay(text) };
  }
  const hour = two(text, 11);
  const minute = two(text, 14);
  const second = two(text, 17);
  const time = isSeparated(text) && isTime(hour, minute, second) ? ((hour * 60 + minute) * 60 + second) * 1000 : NaN;
  return lastRead.ms + time;
}

/** Two characters as one number. */
function pair(text: string, at: number): number {
  return (text.charCodeAt(at) << 16) | text.charCodeAt(at + 1);
}

function isSeparated(text: string): boolean {
  return (
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    text.charCodeAt(10) === T &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON
  );
}

function parseDay(text: string): number {
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  return isDate(year, month, day) ? dayNumber(year, month, day) * DAY_MS : NaN;
}

/** What stands for digits that are none: so far below zero that nothing it is added to is a date or a time. */
const NO_DIGITS = -1_000_000;

function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NO_DIGITS;
}

function isDigit(text: string, at: number): boolean {
  const digit = text.charCodeAt(at) - ZERO;
  return digit >= 0 && digit <= 9;
}

function isTime(hour: number, minute: number, second: number): boolean {
  return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether the day exists: 29 February only in leap years. */
export function isDate(year: number, month: number, day: number): boolean {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return year >= 0 && day >= 1 && day <= (MONTH_DAYS[month - 1] ?? 0) + (leap ? 1 : 0);
}

/** Days since 1970-01-01 of a date of the Gregorian calendar; the year counts from March so that leap days end it. */
export function dayNumber(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const century = (shifted / 100) | 0;
  const dayOfYear = (((153 * ((month + 9) % 12) + 2) / 5) | 0) + day - 1;
  return 365 * shifted + ((shifted / 4) | 0) - century + ((century / 4) | 0) + dayOfYear - 719_468;
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
/** The day that was written last. */
let lastWritten = { dayNumber: NaN, text: '' };

/** `2026-01-07T10:00:00Z`, with milliseconds only where there are some. */
export function formatInstant(ms: number): string {
  if (ms % 1000 !== 0) return new Date(ms).toISOString();
  const dayNumber = Math.floor(ms / DAY_MS);
  if (dayNumber !== lastWritten.dayNumber) {
    lastWritten = { dayNumber, text: new Date(dayNumber * DAY_MS).toISOString().slice(0, -14) };
  }
  const seconds = (ms - dayNumber * DAY_MS) / 1000;
  const [hour, minute] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${lastWritten.text}T${TWO_DIGITS[hour]}:${TWO_DIGITS[minute]}:${TWO_DIGITS[seconds % 60]}Z`;
}
