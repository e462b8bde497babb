import type { Amounts } from './bounds.js';
import type { Charge } from './charges.js';
import type { CapRule } from './compiled-tariff.js';
import type { Cap, Tariff } from './tariff.js';
import type { Scale } from './taxes.js';

/** What a cap takes from a charge, so negative. */
export interface CapDiscount extends Amounts {
  readonly per: Cap['per'];
}

/** Days come first: what they left counts for the session. */
export function capRulesOf({ chargemesh, tax_included }: Tariff, scale: Scale): CapRule[] {
  const rules = (chargemesh?.caps ?? []).map(({ type, per, price, tax_included: own }) => ({
    ...{ type, per, bounds: (own ?? tax_included) === 'YES' ? 'inclTaxes' : 'beforeTaxes' },
    amount: scale.amount(price),
  }));
  return rules.sort((a, b) => a.per.localeCompare(b.per)) as CapRule[];
}

/**
 * What caps take from charges that are in the order of time: once a cap is reached, what follows is free. Step sizes are
 * within the cap. Each discount has the tax of its charge, so that caps of mixed rates stay exact.
 */
export function capDiscounts(
  rules: readonly CapRule[],
  charges: readonly Charge[],
  amountsOf: (charge: Charge) => Amounts,
): Map<Charge, CapDiscount[]> {
  const discounts = new Map<Charge, CapDiscount[]>();
  for (const rule of rules) {
    const spent = new Map<number, bigint>();
    for (const charge of charges) {
      if (charge.price.type !== rule.type || charge.price.reservation) continue;
      const known = discounts.get(charge) ?? [];
      const amount = known.reduce((sum, discount) => sum + discount[rule.bounds], amountsOf(charge)[rule.bounds]);
      const span = rule.per === 'DAY' ? charge.day : 0;
      const reached = (spent.get(span) ?? 0n) + amount;
      spent.set(span, reached > rule.amount ? rule.amount : reached);
      if (reached > rule.amount) discounts.set(charge, [...known, discountOf(charge, rule, reached - rule.amount)]);
    }
  }
  return discounts;
}

/** All amounts are multiples of whole tax rates, so nothing is lost by the division. */
function discountOf({ price: { unit } }: Charge, { per, bounds }: CapRule, excess: bigint): CapDiscount {
  return {
    per,
    beforeTaxes: -((excess * unit.beforeTaxes) / unit[bounds]),
    inclTaxes: -((excess * unit.inclTaxes) / unit[bounds]),
  };
}
