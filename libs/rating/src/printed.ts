import { formatScaled } from '@chargemesh/money';
import { MS_PER_HOUR, UWH_PER_KWH } from './session.js';

/** Decimals of exact amounts; what has more (a third of an hour) is rounded there so that the sums still add up. */
export const PRINTED_DIGITS = 18;

const HALF = 10n ** 9n;
/** Above nine million of a currency the first half of the digits is no exact number. */
const MOST = BigInt(Number.MAX_SAFE_INTEGER) * HALF;

/** In two halves of nine digits, for numbers cost half as much to write as big integers. */
export function formatAmount(printed: bigint): string {
  if (printed === 0n) return '0';
  if (printed < 0n) return `-${formatAmount(-printed)}`;
  if (printed > MOST) return formatScaled(printed, PRINTED_DIGITS);
  const [first, last] = [Number(printed / HALF), Number(printed % HALF)];
  const part = first % 1e9;
  return joined((first - part) / 1e9, digits(part) + (last === 0 ? '' : digits(last)));
}

export function formatKwh(uwh: number): string {
  const part = uwh % UWH_PER_KWH;
  return joined((uwh - part) / UWH_PER_KWH, part === 0 ? '' : digits(part));
}

/** In two steps, of which each is exact in a number. */
export function formatHours(ms: number): string {
  const part = ms % MS_PER_HOUR;
  const whole = (ms - part) / MS_PER_HOUR;
  if (part === 0) return String(whole);
  const [first, rest] = divided(part * 1e9, MS_PER_HOUR);
  const last = Math.round((rest * 1e9) / MS_PER_HOUR);
  return joined(whole, digits(first) + digits(last));
}

function divided(numerator: number, denominator: number): [quotient: number, rest: number] {
  const rest = numerator % denominator;
  return [(numerator - rest) / denominator, rest];
}

/** Nine digits, with zeros before. */
function digits(value: number): string {
  return String(value).padStart(9, '0');
}

function joined(whole: number, fraction: string): string {
  let end = fraction.length;
  while (end > 0 && fraction.charCodeAt(end - 1) === 48) end--;
  return end === 0 ? String(whole) : `${whole}.${fraction.slice(0, end)}`;
}
