import type { CdrLine } from '@chargemesh/contracts';
import { cdr as cdrEvent } from '@chargemesh/testing/billing';
import { random } from '@chargemesh/waiting/random';
import { paymentView } from '../../checkout/testing/pages.js';
import type { PaidCdr } from '../../payments/checkout.port.js';
import { type Buyer, type ReceiptDocument, creditNoteOf, receiptOf } from '../../receipts/receipt.document.js';

const RATES = [[19], [19], [7], [0], [19, 7], [7, 0], [19, 7, 0]];

const cents = (amount: string): number => Math.round(Number(amount) * 100);
const money = (count: number): string => (count / 100).toFixed(2);

export const buyer: Buyer = {
  ...{
    name: 'Kunde & Söhne <KG> “Ελλάς”',
    street: 'Große Straße 5',
    postalCode: '10115',
    city: 'Berlin',
    country: 'DE',
  },
  vatNumber: 'DE987654321',
};

const issuer = {
  name: 'Stadtwerke & Häfen GmbH ☃',
  address: ['Am Kai 1', 'Tor 3', 'Hinterhaus', '20457 Hamburg'],
  vatNumber: 'DE 123456789',
};

/** A receipt of a random bill, at several rates of tax, capped by the hold or not; and a credit note of a part of it. */
export function randomDocuments(seed: number): ReceiptDocument[] {
  const chance = random(seed);
  const cdr = cdrBy(chance);
  const due = Math.max(1, cents(cdr.totalInclTaxes));
  const captured = chance() < 0.3 ? Math.max(1, Math.floor(due * chance())) : due;
  const about = (kind: string) => ({ number: `${kind}-${seed}`, issuedAt: new Date('2026-03-02T23:30:00Z'), issuer });
  const receipt = receiptOf(paymentView({ capturedAmount: money(captured) }), cdr, about('R'));
  const refunded = Math.max(1, Math.floor(captured * chance()));
  const note = creditNoteOf([receipt], { refunded: money(refunded), replacement: undefined }, about('C'));
  return [receipt, note].map((document) => ({ ...document, buyer }));
}

function cdrBy(chance: () => number): PaidCdr {
  const lines: CdrLine[] = [];
  const taxes = (RATES[Math.floor(chance() * RATES.length)] ?? []).map((rate) => {
    const own = linesAt(rate, chance);
    lines.push(...own);
    const exact = own.map(
      ({ amountInclTaxes, amountBeforeTaxes }) => Number(amountInclTaxes) - Number(amountBeforeTaxes),
    );
    return { rate, tax: Math.round(exact.reduce((sum, one) => sum + one, 0) * 100) };
  });
  const gross = Math.round(lines.reduce((sum, line) => sum + Number(line.amountInclTaxes), 0) * 100);
  const tax = taxes.reduce((sum, one) => sum + one.tax, 0);
  return {
    ...cdrEvent('01930000-0000-7000-8000-000000000001').data,
    ...{ number: 'CDR-1', lines, totalInclTaxes: money(gross), totalBeforeTaxes: money(gross - tax) },
    taxes: taxes.map((one) => ({ name: 'VAT', percentage: String(one.rate), amount: money(one.tax) })),
  };
}

function linesAt(rate: number, chance: () => number): CdrLine[] {
  const [startedAt, endedAt] = ['2026-03-02T22:45:00Z', '2026-03-02T23:20:00Z'];
  const line = (component: CdrLine['component'], volume: number, price: number): CdrLine => {
    const before = volume * price;
    const used = { volume: volume.toFixed(3), billedVolume: volume.toFixed(3), price: price.toFixed(4) };
    const amounts = {
      amountBeforeTaxes: before.toFixed(6),
      amountInclTaxes: ((before * (100 + rate)) / 100).toFixed(6),
    };
    return { startedAt, endedAt, component, ...used, taxPercent: String(rate), ...amounts };
  };
  return [
    line('ENERGY', Math.ceil(chance() * 80_000) / 1_000, Math.ceil(chance() * 7_900) / 10_000),
    ...(chance() < 0.5 ? [line('PARKING_TIME', Math.ceil(chance() * 3_000) / 1_000, 6)] : []),
    ...(chance() < 0.3 ? [line('FLAT', 1, Math.ceil(chance() * 300) / 100)] : []),
    ...(chance() < 0.2 ? [line('SESSION_CAP', 1, -Math.ceil(chance() * 100) / 10_000)] : []),
    ...(chance() < 0.2 ? [line('MINIMUM', 1, Math.ceil(chance() * 100) / 100)] : []),
  ];
}
