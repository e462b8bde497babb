import { divideRounded } from '@chargemesh/money';
import type { PriceLimit, Tariff } from './tariff.js';
import type { Scale } from './taxes.js';

interface Limit {
  readonly beforeTaxes: bigint;
  /** Missing, where there are several rates: the taxes of the session are scaled with the price before taxes. */
  readonly inclTaxes: bigint | undefined;
}

export interface Limits {
  readonly min: Limit | undefined;
  readonly max: Limit | undefined;
}

export interface Amounts {
  readonly beforeTaxes: bigint;
  readonly inclTaxes: bigint;
}

export function limitsOf({ min_price, max_price, tax_included }: Tariff, scale: Scale): Limits {
  const limit = (price: PriceLimit | null | undefined): Limit | undefined => {
    const before = price?.before_taxes ?? price?.excl_vat;
    const after = tax_included === 'N/A' ? before : (price?.after_taxes ?? price?.incl_vat);
    if (before === undefined || before === null) return undefined;
    const beforeTaxes = scale.amount(before);
    return { beforeTaxes, inclTaxes: typeof after === 'number' ? scale.amount(after) : scale.withOnlyTax(beforeTaxes) };
  };
  return { min: limit(min_price), max: limit(max_price) };
}

/** What a minimum adds. The totals before and after taxes are bounded each on its own. */
export function minimumSurcharge(limit: Limit, sum: Amounts): Amounts {
  return difference(sum, limit, (amount, bound) => (amount < bound ? bound : amount));
}

/** What a maximum takes away, so negative. The totals before and after taxes are bounded each on its own. */
export function maximumDiscount(limit: Limit, sum: Amounts): Amounts {
  return difference(sum, limit, (amount, bound) => (amount > bound ? bound : amount));
}

function difference(sum: Amounts, limit: Limit, bounded: (amount: bigint, bound: bigint) => bigint): Amounts {
  const beforeTaxes = bounded(sum.beforeTaxes, limit.beforeTaxes);
  const inclTaxes =
    limit.inclTaxes === undefined ? inProportion(sum, beforeTaxes) : bounded(sum.inclTaxes, limit.inclTaxes);
  return { beforeTaxes: beforeTaxes - sum.beforeTaxes, inclTaxes: inclTaxes - sum.inclTaxes };
}

function inProportion(sum: Amounts, beforeTaxes: bigint): bigint {
  return sum.beforeTaxes === 0n ? beforeTaxes : divideRounded(sum.inclTaxes * beforeTaxes, sum.beforeTaxes);
}
