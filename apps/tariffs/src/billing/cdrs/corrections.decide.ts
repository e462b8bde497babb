import { isDeepStrictEqual } from 'node:util';
import type { CdrIssued, DataOf } from '@chargemesh/contracts';
import { negatedAmount, withNegatedAmounts } from '@chargemesh/rating';
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
    totalBeforeTaxes: negatedAmount(cdr.totalBeforeTaxes),
    totalInclTaxes: negatedAmount(cdr.totalInclTaxes),
    ...(cdr.taxes ? { taxes: cdr.taxes.map((tax) => ({ ...tax, amount: negatedAmount(tax.amount) })) } : {}),
    lines: cdr.lines.map(withNegatedAmounts),
    kind: 'credit',
    creditReferenceId: cdrId,
  };
}
