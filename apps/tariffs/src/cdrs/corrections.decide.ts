import { isDeepStrictEqual } from 'node:util';
import type { CdrIssued, CdrLine, DataOf } from '@chargemesh/contracts';
import type { Draft } from './cdrs.decide.js';

type Issued = DataOf<typeof CdrIssued>;

/**
 * What is issued for a session that is final: its CDR, or what corrects the live one. A correction is a credit of the
 * whole CDR and a replacement, in this order, and nothing where the bill depends on nothing that changed.
 */
export function billsOf(draft: Draft, live: Issued | undefined): Draft[] {
  if (!live) return [draft];
  if (sameBill(draft, live)) return [];
  return [creditOf(live), { ...draft, kind: 'replacement', replacesCdrId: live.cdrId }];
}

/** What a price follows from, by the same pin, and who pays it. Prices are not compared: only facts make a correction. */
function sameBill(a: Draft, b: Draft): boolean {
  return isDeepStrictEqual(billed(a), billed(b));
}

function billed({ startedAt, endedAt, energyWh, periods, evseId, token }: Draft) {
  return [startedAt, endedAt, energyWh, periods, evseId, token];
}

/** The CDR again, with its amounts negated: volumes and prices stay, so that it can be compared line by line. */
function creditOf({ cdrId, number: _number, issuedAt: _issuedAt, replacesCdrId: _replaces, ...cdr }: Issued): Draft {
  return {
    ...cdr,
    totalBeforeTaxes: negated(cdr.totalBeforeTaxes),
    totalInclTaxes: negated(cdr.totalInclTaxes),
    ...(cdr.taxes ? { taxes: cdr.taxes.map((tax) => ({ ...tax, amount: negated(tax.amount) })) } : {}),
    lines: cdr.lines.map(creditLine),
    kind: 'credit',
    creditReferenceId: cdrId,
  };
}

function creditLine(line: CdrLine): CdrLine {
  const { amountBeforeTaxes, amountInclTaxes } = line;
  return { ...line, amountBeforeTaxes: negated(amountBeforeTaxes), amountInclTaxes: negated(amountInclTaxes) };
}

/** As text, so that the digits are those of the credited amount. */
function negated(amount: string): string {
  if (/^-?[0.]+$/.test(amount)) return amount;
  return amount.startsWith('-') ? amount.slice(1) : `-${amount}`;
}
