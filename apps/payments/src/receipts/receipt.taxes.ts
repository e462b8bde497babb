import type { CdrLine } from '@chargemesh/contracts';
import {
  type Decimal,
  add,
  compare,
  formatAmount,
  multiply,
  parseDecimal,
  roundToMinor,
  subtract,
  sum,
  zero,
} from '@chargemesh/money';
import type { PaidCdr } from '../payments/checkout.port.js';

export interface TaxLine {
  /** Absent, where a CDR of old does not tell. */
  readonly percent?: string;
  /** What it is the tax of; nets and taxes add up to the whole. Absent in documents of old, and with the percentage. */
  readonly net?: string;
  readonly amount: string;
}

/** A sum and the taxes in it, by rate. */
export interface Totals {
  readonly currency: string;
  readonly gross: string;
  readonly taxes: readonly TaxLine[];
}

export function totalsOf(cdr: PaidCdr): Totals {
  const { currency, totalInclTaxes: gross } = cdr;
  return { currency, gross, taxes: settled({ currency, gross, taxes: taxesOf(cdr) }) };
}

export function netOf({ gross, taxes, currency }: Totals): string {
  const tax = sum(taxes.map(({ amount }) => parseDecimal(amount)));
  return formatAmount(subtract(parseDecimal(gross), tax), currency);
}

/** The taxes of a part of a whole, by rate: what is taken off is taken off all rates in proportion. */
export function shareOf({ gross, taxes, currency }: Totals, part: string): TaxLine[] {
  const [whole, of] = [parseDecimal(gross), parseDecimal(part)];
  if (compare(whole, of) === 0) return [...taxes];
  if (whole.isZero()) return [];
  const share = (amount: string) =>
    formatAmount(roundToMinor(multiply(parseDecimal(amount), of).div(whole), currency), currency);
  const shares = taxes.map(({ amount, net, ...line }) => ({
    ...line,
    ...(net === undefined ? {} : { net: share(net) }),
    amount: share(amount),
  }));
  return settled({ currency, gross: part, taxes: shares });
}

/** By rate. */
export function lessTaxes(from: readonly TaxLine[], taken: readonly TaxLine[], currency: string): TaxLine[] {
  const of = (lines: readonly TaxLine[], percent: string | undefined) =>
    lines.filter((line) => line.percent === percent);
  const less = (left: readonly string[], right: readonly string[]) =>
    formatAmount(subtract(sum(left.map(parseDecimal)), sum(right.map(parseDecimal))), currency);
  const percents = new Set([...from, ...taken].map(({ percent }) => percent));
  return [...percents].map((percent) => {
    const [had, goes] = [of(from, percent), of(taken, percent)];
    const [left, right] = [netsOf(had), netsOf(goes)];
    return {
      ...(percent === undefined ? {} : { percent }),
      ...(left && right ? { net: less(left, right) } : {}),
      amount: less(amountsOf(had), amountsOf(goes)),
    };
  });
}

function amountsOf(lines: readonly TaxLine[]): string[] {
  return lines.map(({ amount }) => amount);
}

/** Undefined, if one of them does not tell. */
function netsOf(lines: readonly TaxLine[]): string[] | undefined {
  const nets = lines.flatMap(({ net }) => (net === undefined ? [] : [net]));
  return nets.length === lines.length ? nets : undefined;
}

function taxesOf({ taxes, lines, totalInclTaxes, totalBeforeTaxes, currency }: PaidCdr): TaxLine[] {
  if (taxes) {
    const nets = netsByRate(taxes, lines);
    return taxes.map(({ percentage, amount }, index) => ({
      percent: percentage,
      net: formatAmount(roundToMinor(nets[index] ?? zero, currency), currency),
      amount,
    }));
  }
  const amount = subtract(parseDecimal(totalInclTaxes), parseDecimal(totalBeforeTaxes));
  return amount.isZero() ? [] : [{ amount: formatAmount(amount, currency) }];
}

/** Before taxes, as the lines say; what a tax alone tells, where there are none of its rate, or several taxes are of one rate. */
function netsByRate(taxes: NonNullable<PaidCdr['taxes']>, lines: readonly CdrLine[]): Decimal[] {
  const isOnlyOne = new Set(taxes.map(({ percentage }) => percentage)).size === taxes.length;
  return taxes.map(({ percentage, amount }) => {
    const own = lines.filter(({ taxPercent }) => taxPercent === percentage);
    if (isOnlyOne && own.length > 0) return sum(own.map((line) => parseDecimal(line.amountBeforeTaxes)));
    const rate = parseDecimal(percentage);
    return rate.isZero() ? zero : multiply(parseDecimal(amount), parseDecimal('100')).div(rate);
  });
}

/** With what was lost by rounding put on the largest net, so that nets and taxes are the whole. */
function settled({ currency, gross, taxes }: Totals): TaxLine[] {
  const nets = netsOf(taxes);
  if (nets === undefined || nets.length === 0) return [...taxes];
  const rest = subtract(parseDecimal(gross), sum([...nets, ...amountsOf(taxes)].map(parseDecimal)));
  const largest = nets.reduce(
    (best, net, index) => (compare(parseDecimal(net), parseDecimal(nets[best] ?? '0')) > 0 ? index : best),
    0,
  );
  return taxes.map((line, index) =>
    index === largest ? { ...line, net: formatAmount(add(parseDecimal(nets[largest] ?? '0'), rest), currency) } : line,
  );
}
