import { parseDate, parseTimeOfDay } from './local-rules.js';
import { type Report, isRecord, numberIn } from './problems.js';
import { DAYS } from './tariff.js';

const MAX_AMOUNT = 10_000_000;
/** A year. */
const MAX_DURATION_S = 366 * 86_400;

const NUMBERS = ['kwh', 'current', 'power', 'duration'] as const;

/** What is wrong with a TariffRestrictions object; the absence of one is fine. */
export function restrictionProblems(restrictions: unknown, path: string, report: Report): void {
  if (restrictions === undefined || restrictions === null) return;
  if (!isRecord(restrictions)) return report('not-an-object', path, 'must be an object');
  for (const name of NUMBERS) checkRange(restrictions, name, path, report);
  checkTimes(restrictions, path, report);
  checkDates(restrictions, path, report);
  checkDays(restrictions['day_of_week'], `${path}.day_of_week`, report);
  const reservation = restrictions['reservation'];
  if (![undefined, null, 'RESERVATION', 'RESERVATION_EXPIRES'].includes(reservation as string)) {
    report('unknown-value', `${path}.reservation`, 'must be RESERVATION or RESERVATION_EXPIRES');
  }
}

function checkRange(
  restrictions: Record<string, unknown>,
  name: (typeof NUMBERS)[number],
  path: string,
  report: Report,
): void {
  const range = name === 'duration' ? { max: MAX_DURATION_S, decimals: 0 } : { max: MAX_AMOUNT, decimals: 6 };
  const [min, max] = [restrictions[`min_${name}`], restrictions[`max_${name}`]];
  numberIn(restrictions, `min_${name}`, path, { min: 0, ...range }, report);
  numberIn(restrictions, `max_${name}`, path, { min: 0, ...range }, report);
  if (typeof min === 'number' && typeof max === 'number' && min >= max) {
    report('contradiction', `${path}.max_${name}`, `must be more than min_${name}`);
  }
}

function checkTimes(restrictions: Record<string, unknown>, path: string, report: Report): void {
  const { start_time: start, end_time: end } = restrictions;
  for (const [name, value] of Object.entries({ start_time: start, end_time: end })) {
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string' || parseTimeOfDay(value) === undefined) {
      report('bad-time', `${path}.${name}`, 'must be a time of day like 08:30');
    }
  }
  if (typeof start === 'string' && start === end && start !== '00:00') {
    report('contradiction', `${path}.end_time`, 'must differ from start_time');
  }
}

function checkDates(restrictions: Record<string, unknown>, path: string, report: Report): void {
  const days = ['start_date', 'end_date'].map((name) => {
    const value = restrictions[name];
    if (value === undefined || value === null) return undefined;
    const day = typeof value === 'string' ? parseDate(value) : undefined;
    if (day === undefined) report('bad-date', `${path}.${name}`, 'must be a date like 2026-12-24');
    return day;
  });
  const [start, end] = days;
  if (start !== undefined && end !== undefined && start >= end) {
    report('contradiction', `${path}.end_date`, 'must be after start_date');
  }
}

function checkDays(days: unknown, path: string, report: Report): void {
  if (days === undefined || days === null) return;
  if (!Array.isArray(days)) return report('unknown-value', path, 'must be a list of days');
  if (!days.slice(0, 8).every((day) => DAYS.includes(String(day))) || days.length > 7) {
    report('unknown-value', path, `must be at most seven of ${DAYS.join(', ')}`);
  }
}
