import { dayNumber, isDate } from './instant.js';
import { DAY_MS } from './local-time.js';
import { DAYS, type TariffRestrictions } from './tariff.js';

export const MINUTES_PER_DAY = 1_440;

/** The restrictions that ask a wall clock or a calendar at the location. */
export interface LocalRules {
  /** Minutes since midnight, start inclusive, end exclusive; wraps when the end is not after the start. */
  readonly startMinute: number;
  readonly endMinute: number;
  /** Days since 1970, start inclusive, end exclusive. */
  readonly startDay: number;
  readonly endDay: number;
  /** Bit 0 is Sunday. */
  readonly weekdays: number;
}

const EVERY_DAY = 0b111_1111;

/** Undefined when nothing asks for local time. */
export function localRules(restrictions: TariffRestrictions): LocalRules | undefined {
  const rules: LocalRules = {
    startMinute: minuteOf(restrictions.start_time) ?? 0,
    endMinute: minuteOf(restrictions.end_time) || MINUTES_PER_DAY,
    startDay: dayOf(restrictions.start_date) ?? -Infinity,
    endDay: dayOf(restrictions.end_date) ?? Infinity,
    weekdays: weekdayBits(restrictions.day_of_week),
  };
  return asksTime(rules) || asksCalendar(rules) ? rules : undefined;
}

export function asksTime(rules: LocalRules): boolean {
  return rules.startMinute !== 0 || rules.endMinute !== MINUTES_PER_DAY;
}

export function asksCalendar(rules: LocalRules): boolean {
  return rules.weekdays !== EVERY_DAY || rules.startDay !== -Infinity || rules.endDay !== Infinity;
}

/** Whether the rules allow this wall-clock moment, given as if it were UTC. */
export function allowsLocal(rules: LocalRules, localMs: number): boolean {
  const day = Math.floor(localMs / DAY_MS);
  const minute = (localMs - day * DAY_MS) / 60_000;
  return allowsMinute(rules, minute) && day >= rules.startDay && day < rules.endDay && allowsDay(rules, day);
}

function allowsMinute({ startMinute, endMinute }: LocalRules, minute: number): boolean {
  if (startMinute < endMinute) return minute >= startMinute && minute < endMinute;
  return minute >= startMinute || minute < endMinute;
}

/** 1970-01-01 was a Thursday. */
function allowsDay({ weekdays }: LocalRules, day: number): boolean {
  return (weekdays & (1 << (((day % 7) + 11) % 7))) !== 0;
}

/** Minutes since midnight of `HH:MM`; undefined when it is none. */
export function parseTimeOfDay(text: string): number | undefined {
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(text)) return undefined;
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

/** Days since 1970 of `YYYY-MM-DD`; undefined when there is no such day. */
export function parseDate(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))];
  return isDate(year, month, day) ? dayNumber(year, month, day) : undefined;
}

function minuteOf(time: string | null | undefined): number | undefined {
  return time ? parseTimeOfDay(time) : undefined;
}

function dayOf(date: string | null | undefined): number | undefined {
  return date ? parseDate(date) : undefined;
}

/** OCPI has no way to say "never" but an empty list is sent for "always". */
function weekdayBits(days: readonly string[] | null | undefined): number {
  if (!days || days.length === 0) return EVERY_DAY;
  return days.reduce((bits, day) => bits | (1 << DAYS.indexOf(day)), 0);
}
