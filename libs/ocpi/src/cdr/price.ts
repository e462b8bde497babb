import type { CdrLine } from '@chargemesh/contracts';
import type { Static } from 'typebox';
import type { VersionNumber } from '../versions.js';
import { type Exact, exact, rounded } from './decimals.js';
import type { Price221, Price230 } from './schema.js';

/** An amount before and with its taxes, exact. */
interface Amount {
  readonly before: Exact;
  readonly including: Exact;
  /** The one rate of all that is taxed in it. */
  readonly percent?: string;
}

/** How a version spells an amount. */
export const spell: Record<VersionNumber, (amount: Amount) => Static<typeof Price221> | Static<typeof Price230>> = {
  '2.2.1': ({ before, including }) => ({ excl_vat: rounded(before), incl_vat: rounded(including) }),
  '2.3.0': ({ before, including, percent }) => {
    const percentage = percent === undefined ? {} : { percentage: rounded(exact(percent)) };
    const vat = { name: 'VAT', ...percentage, amount: rounded(including - before) };
    return { before_taxes: rounded(before), taxes: percent === undefined && including === before ? [] : [vat] };
  },
};

export function totalOf(cdr: { totalBeforeTaxes: string; totalInclTaxes: string; lines: readonly CdrLine[] }): Amount {
  return { before: exact(cdr.totalBeforeTaxes), including: exact(cdr.totalInclTaxes), ...rateOf(cdr.lines) };
}

/** What one component cost; undefined when it was not priced. */
export function componentCost(lines: readonly CdrLine[], component: CdrLine['component']): Amount | undefined {
  const own = lines.filter((line) => line.component === component);
  if (own.length === 0) return undefined;
  return {
    before: own.reduce((sum, line) => sum + exact(line.amountBeforeTaxes), 0n),
    including: own.reduce((sum, line) => sum + exact(line.amountInclTaxes), 0n),
    ...rateOf(own),
  };
}

function rateOf(lines: readonly CdrLine[]): { percent?: string } {
  const rates = new Map(lines.flatMap(({ taxPercent }) => (taxPercent ? [[exact(taxPercent), taxPercent]] : [])));
  const [percent] = rates.values();
  return rates.size === 1 && percent !== undefined ? { percent } : {};
}
