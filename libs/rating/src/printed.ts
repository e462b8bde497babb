import { formatScaled } from '@chargemesh/money';
import { MS_PER_HOUR, UWH_PER_KWH } from './session.js';

/** Decimals of exact amounts; what has more (a third of an hour) is rounded there so that the sums still add up. */
export const PRINTED_DIGITS = 18;

export function formatAmount(printed: bigint): string {
  return formatScaled(printed, PRINTED_DIGITS);
}

export function formatKwh(uwh: number): string {
  const part = uwh % UWH_PER_KWH;
  return joined((uwh - part) / UWH_PER_KWH, part === 0 ? '' : digits(part, 9));
}

/** In two steps, of which each is exact in a number. */
export function formatHours(ms: number): string {
  const part = ms % MS_PER_HOUR;
  const whole = (ms - part) / MS_PER_HOUR;
  if (part === 0) return String(whole);
  const [first, rest] = divided(part * 1e9, MS_PER_HOUR);
  const last = Math.round((rest * 1e9) / MS_PER_HOUR);
  return joined(whole, digits(first, 9) + digits(last, 9));
}

function divided(numerator: number, denominator: number): [quotient: number, rest: number] {
  const rest = numerator % denominator;
  return [(numerator - rest) / denominator, rest];
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, '0');
}

function joined(whole: number, fraction: string): string {
  let end = fraction.length;
  while (end > 0 && fraction.charCodeAt(end - 1) === 48) end--;
  return end === 0 ? String(whole) : `${whole}.${fraction.slice(0, end)}`;
}
