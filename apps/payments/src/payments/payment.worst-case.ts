import { type Decimal, add, compare, multiply, parseDecimal, subtract, sum, zero } from '@chargemesh/money';
import type { Offer } from './checkout.port.js';

const MINUTE_MS = 60_000;
/** Of an EVSE of which nobody knows what it delivers; the strongest ones that drivers pay at ad hoc. */
const STRONGEST_W = 400_000;

type Prices = Pick<Offer, 'prices'>;

/** What is known of a session whose cost nobody knows. */
export interface Counted {
  readonly energyWh: number;
  readonly minutes: number;
}

/** What it costs at most by the prices that were agreed: each component at its dearest, whatever restricts it. */
export function worstCostOf({ prices }: Prices, { energyWh, minutes }: Counted): Decimal {
  const energy = multiply(dearest(prices, 'ENERGY'), parseDecimal((energyWh / 1_000).toFixed(6)));
  const time = multiply(perMinute(prices), parseDecimal(minutes.toFixed(3)));
  return sum([energy, time, onceOf({ prices })]);
}

/** What is due however short the session is. */
export function onceOf({ prices }: Prices): Decimal {
  const once = prices.filter(({ component }) => component === 'FLAT' || component === 'MINIMUM');
  return sum(once.map(({ amount }) => parseDecimal(amount)));
}

/**
 * When a limit is reached at the earliest: by the EVSE's full power and the dearest prices, from what was known last. Null, if
 * time and energy cost nothing.
 */
export function reachedAt(
  { offer: { prices }, maxPowerW, limit }: { offer: Prices; maxPowerW: number | null; limit: string },
  { cost, at }: { readonly cost: Decimal; readonly at: Date },
): Date | null {
  const perMinuteAtMost = add(
    multiply(dearest(prices, 'ENERGY'), parseDecimal(((maxPowerW ?? STRONGEST_W) / MINUTE_MS).toFixed(6))),
    perMinute(prices),
  );
  if (compare(perMinuteAtMost, zero) <= 0) return null;
  const left = subtract(parseDecimal(limit), cost);
  if (compare(left, zero) <= 0) return at;
  return new Date(at.getTime() + Math.floor((Number(left) / Number(perMinuteAtMost)) * MINUTE_MS));
}

/**
 * The energy that costs as much as a limit where each kWh costs the least that it may, so that nobody is stopped before. Undefined where
 * it may never come to that, or where nobody said what it costs at least.
 */
export function energyWithin({ leastPerKwh = [] }: Pick<Offer, 'leastPerKwh'>, limit: string): number | undefined {
  let left = Number(limit);
  for (const [index, { fromKwh, amount }] of leastPerKwh.entries()) {
    const [from, perKwh] = [Number(fromKwh), Number(amount)];
    const to = Number(leastPerKwh[index + 1]?.fromKwh ?? Infinity);
    if (perKwh > 0 && left <= (to - from) * perKwh) return Math.ceil((from + left / perKwh) * 1_000);
    left -= perKwh > 0 ? (to - from) * perKwh : 0;
  }
  return undefined;
}

function perMinute(prices: Offer['prices']): Decimal {
  return larger(dearest(prices, 'TIME'), dearest(prices, 'PARKING_TIME'));
}

function dearest(prices: Offer['prices'], wanted: Offer['prices'][number]['component']): Decimal {
  return prices
    .filter(({ component }) => component === wanted)
    .map(({ amount }) => parseDecimal(amount))
    .reduce(larger, zero);
}

function larger(a: Decimal, b: Decimal): Decimal {
  return compare(a, b) > 0 ? a : b;
}
