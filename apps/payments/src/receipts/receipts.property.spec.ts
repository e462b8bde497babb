import { describe, expect, it } from '@jest/globals';
import type { CdrLine } from '@chargemesh/contracts';
import { cdr as cdrEvent } from '@chargemesh/testing/billing';
import { random } from '@chargemesh/waiting/random';
import { paymentView } from '../checkout/testing/pages.js';
import type { PaidCdr } from '../payments/checkout.port.js';
import { type ReceiptDocument, creditNoteOf, receiptOf } from './receipt.document.js';

const SEEDS = Array.from({ length: 500 }, (_, seed) => seed + 1);
const RATES = [19, 7, 0];
const about = { number: 'N', issuedAt: new Date('2026-03-02T10:30:00Z'), issuer: { name: 'I', address: [] } };

const cents = (amount: string): number => Math.round(Number(amount) * 100);
const money = (count: number): string => (count / 100).toFixed(2);
const totalOf = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** A CDR of some rates of tax. */
function cdrBy(chance: () => number, number: string): PaidCdr {
  const rated = RATES.filter(() => chance() < 0.6).map((rate) => {
    const gross = Math.floor(chance() * 6_000);
    return { rate, gross, tax: Math.round((gross * rate) / (100 + rate)) };
  });
  const lines = rated.map(({ rate, gross, tax }): CdrLine => {
    const [startedAt, endedAt] = ['2026-03-02T09:00:00Z', '2026-03-02T09:30:00Z'];
    const amounts = { amountBeforeTaxes: money(gross - tax), amountInclTaxes: money(gross) };
    const used = { volume: '1', billedVolume: '1', price: money(gross - tax), taxPercent: String(rate) };
    return { startedAt, endedAt, component: 'ENERGY', ...used, ...amounts };
  });
  return {
    ...cdrEvent('01930000-0000-7000-8000-000000000001').data,
    ...{ number, lines },
    totalInclTaxes: money(totalOf(rated.map(({ gross }) => gross))),
    totalBeforeTaxes: money(totalOf(rated.map(({ gross, tax }) => gross - tax))),
    taxes: rated.map(({ rate, tax }) => ({ name: 'VAT', percentage: String(rate), amount: money(tax) })),
  };
}

function expectSums({ net, taxes, gross, paid }: ReceiptDocument): void {
  if (taxes.length > 0) expect(totalOf(taxes.map((line) => cents(line.net ?? '')))).toBe(cents(net));
  expect(cents(net) + totalOf(taxes.map(({ amount }) => cents(amount)))).toBe(cents(gross));
  expect(gross).toBe(paid);
}

/** Of all documents together, by rate. */
function taxLeft([receipt, ...notes]: readonly ReceiptDocument[], percent: string): number {
  const of = ({ taxes }: ReceiptDocument) =>
    totalOf(taxes.filter((line) => line.percent === percent).map(({ amount }) => cents(amount)));
  return (receipt ? of(receipt) : 0) - totalOf(notes.map(of));
}

/** That what is paid has the taxes that the CDR has, in proportion; to a cent for each document that was rounded. */
function expectTaxes(documents: readonly ReceiptDocument[], { taxes, totalInclTaxes }: PaidCdr, kept: number): void {
  const total = cents(totalInclTaxes);
  for (const { percentage, amount } of total === 0 ? [] : (taxes ?? [])) {
    const due = (cents(amount) * kept) / total;
    expect(Math.abs(taxLeft(documents, percentage) - due)).toBeLessThanOrEqual(documents.length);
  }
}

describe('whatever is charged, held, corrected and given back', () => {
  it.each(SEEDS)('receipt and credit notes add up to what is paid, by rate of tax: %i', (seed) => {
    const chance = random(seed);
    let cdr = cdrBy(chance, 'CDR-0');
    const captured = Math.min(Math.max(1, Math.floor(chance() * 12_000)), Math.max(1, cents(cdr.totalInclTaxes)));
    const receipt = receiptOf(paymentView({ capturedAmount: money(captured) }), cdr, about);
    const documents: [ReceiptDocument, ...ReceiptDocument[]] = [receipt];
    expectSums(receipt);
    expectTaxes(documents, cdr, captured);
    const onLines = totalOf(receipt.lines.map(({ amount }) => Number(amount) * 100));
    if (cents(cdr.totalInclTaxes) >= captured) expect(Math.abs(onLines - captured)).toBeLessThan(0.1);
    let kept = captured;
    for (let round = 1; kept > 0 && round < 6; round++) {
      const replacement = chance() < 0.5 ? cdrBy(chance, `CDR-${round}`) : undefined;
      const due = replacement ? cents(replacement.totalInclTaxes) : Math.floor(chance() * kept);
      // Sometimes a refund comes in parts.
      const refunded = Math.ceil((kept - due) * (chance() < 0.2 ? 0.5 : 1));
      if (refunded <= 0) continue;
      const note = creditNoteOf(documents, { refunded: money(refunded), replacement }, about);
      expectSums(note);
      documents.push(note);
      kept -= refunded;
      cdr = replacement ?? cdr;
      expectTaxes(documents, cdr, kept);
    }
    expect(cents(receipt.gross) - totalOf(documents.slice(1).map(({ gross }) => cents(gross)))).toBe(kept);
    if (kept === 0) for (const rate of RATES) expect(taxLeft(documents, String(rate))).toBe(0);
  });
});
