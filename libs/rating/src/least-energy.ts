import { type Decimal, add, compare, formatDecimal, multiply, parseDecimal, subtract, zero } from '@chargemesh/money';
import { axesOf } from './coverage-axes.js';
import { Walk } from './coverage.js';
import { unitAmount } from './price-display.js';
import type { PriceComponent, Tariff, TariffRestrictions } from './tariff.js';

/** What a kWh costs at least from an amount of energy on, until that of the next one. */
export interface LeastPrice {
  /** kWh of the session so far. */
  readonly fromKwh: string;
  /** Taxes are in it, as far as they are known. */
  readonly amount: string;
}

interface EnergyPrice {
  readonly component: PriceComponent;
  readonly restrictions: TariffRestrictions;
}

const DAY_MS = 86_400_000;
/** Comparisons for one answer, some milliseconds; what would take more counts as free. */
const MAX_STEPS = 100_000;
const MAX_PRICES = 100;
const FREE = '0';

/**
 * The least that energy costs by a tariff, however long a session takes and whenever it is: what is free at some time, at some power or
 * by the market is free here, and so is all energy once a maximum may be reached. Nothing but energy is counted.
 * @param at when the session begins; what is past by then does not matter
 */
export function leastEnergyPrices(tariff: Tariff, at: Date): LeastPrice[] {
  const prices = tariff.elements.flatMap(({ price_components, restrictions }): EnergyPrice[] => {
    const component = price_components.find(({ type }) => type === 'ENERGY');
    return component && !restrictions?.reservation ? [{ component, restrictions: restrictions ?? {} }] : [];
  });
  // Zones are behind UTC, too.
  const today = new Date(at.getTime() - DAY_MS).toISOString().slice(0, 10);
  const starts = startsOf(prices);
  const maxSteps = Math.floor(MAX_STEPS / starts.length);
  const steps = starts.map((kwh): LeastPrice => {
    const those = prices.filter(({ restrictions }) => isAt(kwh, restrictions)).map(whateverTheEnergy);
    return { fromKwh: formatDecimal(parseDecimal(kwh)), amount: leastOf(tariff, those, { today, maxSteps }) };
  });
  return bounded(untilMaximum(tariff, steps).filter(({ amount }, index, all) => all[index - 1]?.amount !== amount));
}

function startsOf(prices: readonly EnergyPrice[]): number[] {
  const limits = prices.flatMap(({ restrictions: { min_kwh, max_kwh } }) => [min_kwh ?? 0, max_kwh ?? 0]);
  return [...new Set([0, ...limits])].sort((a, b) => a - b);
}

function isAt(kwh: number, { min_kwh, max_kwh }: TariffRestrictions): boolean {
  return kwh >= (min_kwh ?? 0) && kwh < (max_kwh ?? Infinity);
}

function whateverTheEnergy({ component, restrictions }: EnergyPrice): EnergyPrice {
  const { min_kwh: _from, max_kwh: _to, ...others } = restrictions;
  return { component, restrictions: others };
}

/** Of those that apply at some time to what else may be; free, where it may be that none does. */
function leastOf(
  tariff: Tariff,
  prices: readonly EnergyPrice[],
  { today, maxSteps }: { today: string; maxSteps: number },
): string {
  const restrictions = prices.map((price) => price.restrictions);
  const walk = new Walk<EnergyPrice>(axesOf(restrictions, 'ENERGY', today), maxSteps);
  if (!walk.through(prices) || walk.holes.length > 0) return FREE;
  const [first = zero, ...others] = [...walk.reached].map(({ component }) =>
    unitAmount(tariff, { ...component, price: leastPriceOf(component) }),
  );
  return formatDecimal(others.reduce((least, one) => (compare(one, least) < 0 ? one : least), first));
}

/** A price of a market is its floor at least, and its own where the market is not known. */
function leastPriceOf({ price, chargemesh }: PriceComponent): number {
  return chargemesh?.spot ? Math.min(price, chargemesh.spot.floor ?? 0) : price;
}

/** What a session costs at most, taxes included as far as that is said. */
function mostOf({ max_price: max, tax_included }: Tariff): Decimal | undefined {
  const before = max?.before_taxes ?? max?.excl_vat;
  if (before === undefined || before === null) return undefined;
  const after = tax_included === 'N/A' ? before : (max?.after_taxes ?? max?.incl_vat ?? before);
  return parseDecimal(Math.min(before, after));
}

/** With all energy free from where the least cost comes to what a session costs at most. */
function untilMaximum(tariff: Tariff, prices: readonly LeastPrice[]): LeastPrice[] {
  let left = mostOf(tariff);
  if (left === undefined) return [...prices];
  for (const [index, { fromKwh, amount }] of prices.entries()) {
    const [from, perKwh] = [parseDecimal(fromKwh), parseDecimal(amount)];
    const next = prices[index + 1];
    const cost = next && multiply(subtract(parseDecimal(next.fromKwh), from), perKwh);
    if (compare(perKwh, zero) > 0 && (!cost || compare(left, cost) <= 0)) {
      const reachedAt = add(from, left.div(perKwh).toDecimalPlaces(6));
      return [...prices.slice(0, index + 1), { fromKwh: formatDecimal(reachedAt), amount: FREE }];
    }
    left = subtract(left, cost ?? zero);
  }
  return [...prices];
}

/** The cheapest of the last ones for all of them, where they are too many. */
function bounded(prices: readonly LeastPrice[]): LeastPrice[] {
  if (prices.length <= MAX_PRICES) return [...prices];
  const [kept, others] = [prices.slice(0, MAX_PRICES - 1), prices.slice(MAX_PRICES - 1)];
  const cheapest = others.reduce((least, one) => (Number(one.amount) < Number(least.amount) ? one : least));
  return [...kept, { fromKwh: others[0]?.fromKwh ?? FREE, amount: cheapest.amount }];
}
