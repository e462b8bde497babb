import type { Spelling } from './spelling.js';
import { DAYS, type TariffRestrictions } from './tariff.js';

/** When a price applies, in words, in the order in which people think of it: days, times, then what was used. */
export function conditionsOf(restrictions: TariffRestrictions, spell: Spelling): string[] {
  const { words } = spell;
  const { start_date, end_date, start_time, end_time, reservation } = restrictions;
  return [
    ...said(start_date, (date) => words.fromDate(dateIn(date, spell))),
    ...said(end_date, (date) => words.beforeDate(dateIn(date, spell))),
    ...daysIn(restrictions.day_of_week, spell),
    ...said(start_time, words.fromTime),
    ...said(end_time, words.untilTime),
    ...amounts(restrictions, 'kwh', 'kWh', spell),
    ...amounts(restrictions, 'power', 'kW', spell),
    ...amounts(restrictions, 'current', 'A', spell),
    ...said(restrictions.min_current ?? restrictions.max_current, () => words.ifMeasured),
    ...said(restrictions.min_duration, (seconds) => words.after(durationIn(seconds, spell))),
    ...said(restrictions.max_duration, (seconds) => words.first(durationIn(seconds, spell))),
    ...(reservation === 'RESERVATION_EXPIRES' ? [words.expired] : []),
  ];
}

/** What is said of something, or nothing where there is none. */
export function said<T>(value: T | undefined | null, say: (value: T) => string): string[] {
  return value === undefined || value === null ? [] : [say(value)];
}

function amounts(
  restrictions: TariffRestrictions,
  name: 'kwh' | 'power' | 'current',
  unit: string,
  { words, locale }: Spelling,
): string[] {
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });
  const amount = (value: number) => `${format.format(value)} ${unit}`;
  return [
    ...said(restrictions[`min_${name}`], (value) => words.from(amount(value))),
    ...said(restrictions[`max_${name}`], (value) => words.below(amount(value))),
  ];
}

function dateIn(date: string, { locale }: Spelling): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(Date.parse(date));
}

/** 1 January 2023 was a Sunday, where the list of days begins. */
const A_SUNDAY = Date.UTC(2023, 0, 1);
const DAY_MS = 86_400_000;

function daysIn(days: TariffRestrictions['day_of_week'], { locale }: Spelling): string[] {
  if (!days || days.length === 0) return [];
  const format = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' });
  return [days.map((day) => format.format(A_SUNDAY + DAYS.indexOf(day) * DAY_MS)).join('/')];
}

export function durationIn(seconds: number, { locale }: Spelling): string {
  const [unit, size] =
    seconds % 3600 === 0
      ? (['hour', 3600] as const)
      : seconds % 60 === 0
        ? (['minute', 60] as const)
        : (['second', 1] as const);
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(seconds / size);
}
