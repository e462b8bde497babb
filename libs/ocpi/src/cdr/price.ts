import type { CdrIssued, CdrLine, DataOf } from '@chargemesh/contracts';
import { type Decimal, compare, formatDecimal, parseDecimal, subtract, sum, zero } from '@chargemesh/money';
import type { Static } from 'typebox';
import type { VersionNumber } from '../versions.js';
import { rounded } from './precision.js';
import type { Price221, Price230 } from './schema.js';

/** An amount before and with its taxes, exact. */
interface Amount {
  readonly before: Decimal;
  readonly including: Decimal;
  /** The one rate of all that is taxed in it. */
  readonly percent?: string;
  /** Where they were told apart. */
  readonly taxes?: CdrTaxes;
}

type CdrTaxes = NonNullable<DataOf<typeof CdrIssued>['taxes']>;

/** How a version spells an amount. */
export const spell: Record<VersionNumber, (amount: Amount) => Static<typeof Price221> | Static<typeof Price230>> = {
  '2.2.1': ({ before, including }) => ({ excl_vat: rounded(before), incl_vat: rounded(including) }),
  '2.3.0': ({ before, including, percent, taxes }) => {
    if (taxes) return { before_taxes: rounded(before), taxes: taxes.map(taxOf) };
    const percentage = percent === undefined ? {} : { percentage: rounded(parseDecimal(percent)) };
    const vat = { name: 'VAT', ...percentage, amount: rounded(subtract(including, before)) };
    return {
      before_taxes: rounded(before),
      taxes: percent === undefined && compare(including, before) === 0 ? [] : [vat],
    };
  },
};

type Totals = Pick<DataOf<typeof CdrIssued>, 'totalBeforeTaxes' | 'totalInclTaxes' | 'taxes' | 'lines'>;

export function totalOf({ totalBeforeTaxes, totalInclTaxes, taxes, lines }: Totals): Amount {
  const told = taxes ? { taxes } : {};
  return {
    before: parseDecimal(totalBeforeTaxes),
    including: parseDecimal(totalInclTaxes),
    ...rateOf(lines),
    ...told,
  };
}

function taxOf({ name, percentage, amount }: CdrTaxes[number]) {
  return { name, percentage: rounded(parseDecimal(percentage)), amount: rounded(parseDecimal(amount)) };
}

/** An amount of a credit as it was before. */
export function uncredited({ before, including, ...rate }: Amount): Amount {
  return { before: subtract(zero, before), including: subtract(zero, including), ...rate };
}

/** What one component cost, after its caps; undefined when it was not priced. */
export function componentCost(lines: readonly CdrLine[], component: CdrLine['component']): Amount | undefined {
  const own = lines.filter((_, index) => partOf(lines, index) === component);
  if (own.length === 0) return undefined;
  return {
    before: sum(own.map((line) => parseDecimal(line.amountBeforeTaxes))),
    including: sum(own.map((line) => parseDecimal(line.amountInclTaxes))),
    ...rateOf(own),
  };
}

/** What a cap takes away is told right after what it caps. */
function partOf(lines: readonly CdrLine[], index: number): CdrLine['component'] | undefined {
  const component = lines[index]?.component;
  return component === 'DAY_CAP' || component === 'SESSION_CAP' ? partOf(lines, index - 1) : component;
}

function rateOf(lines: readonly CdrLine[]): { percent?: string } {
  const rates = new Set(lines.flatMap(({ taxPercent }) => (taxPercent ? formatDecimal(parseDecimal(taxPercent)) : [])));
  const [percent] = rates;
  return rates.size === 1 && percent !== undefined ? { percent } : {};
}
