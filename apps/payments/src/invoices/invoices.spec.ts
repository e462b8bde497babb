import { describe, expect, it } from '@jest/globals';
import { add, formatAmount, parseDecimal, subtract, sum } from '@chargemesh/money';
import type { EInvoice } from './e-invoice.js';
import { isForm, readBuyer } from './invoice.form.js';
import { invoiceOf, isInvoiceable } from './invoices.js';
import { buyer, randomDocuments } from './testing/random-receipts.js';
import { VAT_COUNTRIES, countryOfVatNumber, vatNumberOf } from './vat-numbers.js';

const SEEDS = Array.from({ length: 300 }, (_, seed) => seed + 1);
const total = (amounts: readonly string[]) => formatAmount(sum(amounts.map(parseDecimal)), 'EUR');

describe('an invoice', () => {
  it.each(SEEDS)('has the sums of its receipt to the cent, and lines that add up by rate: %i', (seed) => {
    for (const document of randomDocuments(seed)) {
      const invoice = invoiceOf(document, 'de') as EInvoice;
      const { totals, taxes, lines, adjustments } = invoice;
      expect(totals.gross).toBe(document.paid);
      expect(formatAmount(add(parseDecimal(totals.net), parseDecimal(totals.tax)), 'EUR')).toBe(totals.gross);
      expect(total(taxes.map(({ net }) => net))).toBe(totals.net);
      for (const { percent, net } of taxes) {
        const own = lines.filter((line) => line.percent === percent).map((line) => line.net);
        const put = adjustments.filter((one) => one.percent === percent && one.isCharge).map(({ amount }) => amount);
        const taken = adjustments.filter((one) => one.percent === percent && !one.isCharge).map(({ amount }) => amount);
        const left = subtract(parseDecimal(total([...own, ...put])), parseDecimal(total(taken)));
        expect(formatAmount(left, 'EUR')).toBe(net);
      }
      for (const { price } of lines) expect(Number(price)).toBeGreaterThanOrEqual(0);
    }
  });

  it('is of who has a VAT number alone, and of taxes whose rates are told', () => {
    const [{ buyer: _buyer, ...receipt }] = randomDocuments(1) as [ReturnType<typeof randomDocuments>[0]];
    expect(isInvoiceable(receipt)).toBe(true);
    expect(isInvoiceable({ ...receipt, issuer: { name: 'I', address: [] } })).toBe(false);
    expect(isInvoiceable({ ...receipt, taxes: [{ amount: '0.80' }] })).toBe(false);
    expect(isInvoiceable({ ...receipt, buyer })).toBe(false);
    expect(invoiceOf(receipt, 'de')).toBeUndefined();
  });
});

describe('a VAT number', () => {
  const right = {
    ...{ AT: 'ATU12345678', BE: 'BE0123456789', DE: 'DE123456789', ES: 'ESB12345678', FR: 'FRXX123456789' },
    ...{ GR: 'EL123456789', IE: 'IE1234567WA', NL: 'NL123456789B01', SE: 'SE123456789001' },
  };

  it.each(Object.entries(right))('of %s is known by its form', (country, number) => {
    expect(vatNumberOf(number.replace(/(..)(...)/, '$1 $2.').toLowerCase(), country)).toBe(number);
    expect(countryOfVatNumber(number)).toBe(country);
    expect(vatNumberOf(number.slice(0, 6), country)).toBeUndefined();
    for (const other of VAT_COUNTRIES) if (other !== country) expect(vatNumberOf(number, other)).toBeUndefined();
  });

  it('is not one of a country that has none in the Union', () => {
    expect(vatNumberOf('US123456789', 'US')).toBeUndefined();
  });
});

describe('the form', () => {
  const { vatNumber, ...given } = buyer;

  it('gives a buyer, with spaces put right', () => {
    const fields = new URLSearchParams({ ...given, name: '  A   B ', vatNumber: 'de 987654321' });
    expect(readBuyer(fields)).toEqual({ ...buyer, name: 'A B' });
  });

  it.each(['name', 'street', 'postalCode', 'city', 'country', 'vatNumber'])('wants the %s', (field) => {
    const fields = new URLSearchParams({ ...given, vatNumber });
    fields.delete(field);
    expect(isForm(readBuyer(fields))).toBe(true);
  });

  it('takes no more than its fields hold', () => {
    expect(isForm(readBuyer(new URLSearchParams({ ...given, vatNumber, name: 'x'.repeat(201) })))).toBe(true);
  });
});
