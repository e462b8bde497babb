import { type Decimal, add, compare, multiply, parseDecimal, round } from '@chargemesh/money';
import { parseInstant } from './instant.js';
import type { PriceComponent, SpotRule } from './tariff.js';

export const QUARTER_HOUR_MS = 900_000;
/** Decimals of a price per kWh: what is shown is what is billed. */
const DIGITS = 4;

/** Made once, for decimals take their time; a component never changes. */
const made = new WeakMap<PriceComponent, ReadonlyMap<number, PriceComponent>>();

/** A component as it is in the quarter hours whose market price is known, by their starts. */
export function componentsByQuarter(component: PriceComponent): ReadonlyMap<number, PriceComponent> {
  const spot = component.chargemesh?.spot;
  if (!spot?.prices) return NO_QUARTERS;
  const known = made.get(component);
  if (known) return known;
  const quarters = new Map(
    spot.prices.map(({ from, market }) => [
      parseInstant(from),
      { ...component, price: spotPrice(spot, parseDecimal(market)).toNumber() },
    ]),
  );
  made.set(component, quarters);
  return quarters;
}

const NO_QUARTERS: ReadonlyMap<number, PriceComponent> = new Map();

/** A component as it is at a moment: with the price of its quarter hour, or its own where that is not known. */
export function componentAt(component: PriceComponent, ms: number): PriceComponent {
  return componentsByQuarter(component).get(quarterOf(ms)) ?? component;
}

/** The start of the quarter hour of a moment; all zones are whole quarter hours apart. */
export function quarterOf(ms: number): number {
  return Math.floor(ms / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
}

/** What is null is absent, as everywhere in OCPI. */
function spotPrice({ factor, surcharge, floor, cap }: SpotRule, market: Decimal): Decimal {
  const price = round(add(multiply(market, parseDecimal(factor ?? 1)), parseDecimal(surcharge ?? 0)), DIGITS);
  const least = parseDecimal(floor ?? 0);
  if (compare(price, least) < 0) return least;
  const most = parseDecimal(cap ?? Number.MAX_SAFE_INTEGER);
  return compare(price, most) > 0 ? most : price;
}
