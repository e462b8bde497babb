import { DecimalInvalid, compare, parseDecimal, subtract, zero } from '@chargemesh/money';
import { compileTariff } from './compile.js';
import { TimeZoneUnknown } from './local-time.js';
import type { Difference, PricedCdr } from './priced-cdr.js';
import { rate } from './rate.js';
import { statedDifferences } from './stated-figures.js';
import { SessionInvalid } from './session.js';
import { TariffInvalid } from './tariff-check.js';
import type { TaxTotal } from './taxes.js';
import { type TracedLine, tracedLine } from './traced-line.js';

/** `unverifiable`: the CDR cannot be rated again, `reason` says why. */
export interface Reverification {
  readonly result: 'equal' | 'different' | 'unverifiable';
  readonly reason?: string;
  /** At most 50. */
  readonly differences: readonly Difference[];
}

const MAX_DIFFERENCES = 50;

/**
 * Rates a CDR again by its own tariff and periods, and compares totals and trace line by line; and every figure that it
 * states with what that is made of.
 */
export function verifyTrace(cdr: PricedCdr): Reverification {
  try {
    const differences = [...differencesIn(cdr), ...statedDifferences(cdr)].slice(0, MAX_DIFFERENCES);
    return { result: differences.length > 0 ? 'different' : 'equal', differences };
  } catch (error) {
    const known = [TariffInvalid, SessionInvalid, TimeZoneUnknown, DecimalInvalid].some(
      (kind) => error instanceof kind,
    );
    if (!known || !(error instanceof Error)) throw error;
    return { result: 'unverifiable', reason: error.message, differences: [] };
  }
}

type Said = Pick<PricedCdr, 'currency' | 'totalBeforeTaxes' | 'totalInclTaxes' | 'taxes' | 'lines'>;

function differencesIn(cdr: PricedCdr): Difference[] {
  const again = recomputed(cdr);
  const differs = cdr.kind === 'credit' ? isNotNegated : isNotEqual;
  const totals = (['currency', 'totalBeforeTaxes', 'totalInclTaxes'] as const).flatMap((member) =>
    difference(member, cdr[member], again[member], member === 'currency' ? isOtherText : differs),
  );
  const lines = Array.from({ length: Math.max(cdr.lines.length, again.lines.length) }, (_, index) =>
    lineDifferences(`lines[${index}]`, cdr.lines[index], again.lines[index], differs),
  );
  return [...totals, ...taxDifferences(cdr.taxes, again.taxes ?? [], differs), ...lines.flat()];
}

function taxDifferences(
  said: readonly TaxTotal[] | undefined,
  again: readonly TaxTotal[],
  differs: (said: string, again: string) => boolean,
): Difference[] {
  if (!said) return [];
  return Array.from({ length: Math.max(said.length, again.length) }, (_, index) => {
    const [one, other] = [said[index], again[index]];
    const path = `taxes[${index}]`;
    const named = difference(path, nameOf(one), nameOf(other), isOtherText);
    return one && other && named.length === 0 ? difference(`${path}.amount`, one.amount, other.amount, differs) : named;
  }).flat();
}

function nameOf(tax: TaxTotal | undefined): string {
  return tax ? `${tax.name} ${tax.percentage}%` : 'no tax';
}

function recomputed({ tariff, location, currency, ...session }: PricedCdr): Said {
  if (tariff === undefined) return { currency, totalBeforeTaxes: '0', totalInclTaxes: '0', taxes: [], lines: [] };
  const result = rate(compileTariff(tariff, { timeZone: location.timeZone }), session);
  return { ...result, lines: result.lines.map(tracedLine) };
}

const AMOUNTS: ReadonlySet<string> = new Set(['amountBeforeTaxes', 'amountInclTaxes']);

function lineDifferences(
  path: string,
  said: TracedLine | undefined,
  again: TracedLine | undefined,
  differs: (said: string, again: string) => boolean,
): Difference[] {
  if (!said || !again) return [{ path, said: said?.component ?? 'no line', recomputed: again?.component ?? 'no line' }];
  const members = [...new Set([...Object.keys(said), ...Object.keys(again)])] as (keyof TracedLine)[];
  return members.flatMap((member) =>
    difference(
      `${path}.${member}`,
      String(said[member] ?? ''),
      String(again[member] ?? ''),
      AMOUNTS.has(member) ? differs : isOtherText,
    ),
  );
}

function difference(
  path: string,
  said: string,
  again: string,
  differs: (said: string, again: string) => boolean,
): Difference[] {
  return differs(said, again) ? [{ path, said, recomputed: again }] : [];
}

function isOtherText(said: string, again: string): boolean {
  return said !== again;
}

function isNotEqual(said: string, again: string): boolean {
  return compare(parseDecimal(said), parseDecimal(again)) !== 0;
}

function isNotNegated(said: string, again: string): boolean {
  return compare(parseDecimal(said), subtract(zero, parseDecimal(again))) !== 0;
}
