import { describe, expect, it } from '@jest/globals';
import type { CdrLine } from '@chargemesh/contracts';
import { add, formatAmount, parseDecimal, sum } from '@chargemesh/money';
import { cdr as cdrEvent } from '@chargemesh/testing/billing';
import { LANGUAGES, type LanguageCode } from '../checkout/languages/languages.js';
import { paymentView } from '../checkout/testing/pages.js';
import type { PaidCdr } from '../payments/checkout.port.js';
import { type Fiscal, type ReceiptDocument, creditNoteOf, receiptOf } from './receipt.document.js';
import { receiptPage } from './receipt.page.js';
import { receiptPdf } from './receipt.pdf.js';
import { writtenReceipt } from './receipt.words.js';

const issued = {
  number: 'R-000000001',
  issuedAt: new Date('2026-03-02T10:30:05Z'),
  issuer: { name: 'Stadtwerke Hafen GmbH', address: ['Am Kai 1', '20457 Hamburg'], vatNumber: 'DE123456789' },
};

function line(more: Partial<CdrLine>): CdrLine {
  const [startedAt, endedAt] = ['2026-03-02T09:00:00Z', '2026-03-02T09:30:00Z'];
  return {
    ...{ startedAt, endedAt, component: 'ENERGY', volume: '5', billedVolume: '5', price: '0.45', taxPercent: '19' },
    ...{ amountBeforeTaxes: '2.25', amountInclTaxes: '2.6775' },
    ...more,
  };
}

function cdr(more: Partial<PaidCdr> = {}): PaidCdr {
  return {
    ...cdrEvent('01930000-0000-7000-8000-000000000001').data,
    ...{ totalBeforeTaxes: '4.50', totalInclTaxes: '5.36', taxes: [{ name: 'VAT', percentage: '19', amount: '0.86' }] },
    lines: [line({}), line({})],
    ...more,
  };
}

const receipt = (paid = '5.36', of = cdr()): ReceiptDocument =>
  receiptOf(paymentView({ capturedAmount: paid, cdr: of }), of, issued);

/** That the figures on it add up. */
function expectSums({ net, taxes, gross, paid }: ReceiptDocument): void {
  const tax = sum(taxes.map(({ amount }) => parseDecimal(amount)));
  expect(formatAmount(add(parseDecimal(net), tax), 'EUR')).toBe(gross);
  expect(gross).toBe(paid);
}

describe('a receipt', () => {
  it('has the sums of the CDR, and what is of one price in one line, at the price that was shown', () => {
    const { lines, net, taxes, gross, supply } = receipt();
    expect({ net, taxes, gross }).toEqual({
      net: '4.50',
      taxes: [{ percent: '19', net: '4.50', amount: '0.86' }],
      gross: '5.36',
    });
    expect(lines).toEqual([
      {
        ...{ component: 'ENERGY', quantity: { value: '10', unit: 'kWh' }, unitPrice: '0.5355' },
        ...{ taxPercent: '19', amount: '5.355' },
      },
    ]);
    expect(supply).toMatchObject({ energyWh: 10_000, place: ['Depot', 'Street 1', 'Berlin'] });
    expectSums(receipt());
  });

  it('tells time in minutes, and by the minute, as the price was shown', () => {
    const parking = line({
      ...{
        component: 'PARKING_TIME',
        billedVolume: '0.5',
        price: '6',
        amountBeforeTaxes: '3',
        amountInclTaxes: '3.57',
      },
    });
    expect(receipt('5.36', cdr({ lines: [parking] })).lines).toMatchObject([
      { quantity: { value: '30', unit: 'min' }, unitPrice: '0.119' },
    ]);
  });

  it('shows the tariff’s price where that has taxes in it', () => {
    const gross = line({ price: '0.5355', amountBeforeTaxes: '2.25', amountInclTaxes: '2.6775' });
    expect(receipt('5.36', cdr({ lines: [gross] })).lines).toMatchObject([{ unitPrice: '0.5355' }]);
  });

  it('is of what was paid: what is beyond the hold is taken off, and so are its taxes', () => {
    const capped = receipt('5.00');
    expect(capped).toMatchObject({
      net: '4.20',
      taxes: [{ percent: '19', net: '4.20', amount: '0.80' }],
      gross: '5.00',
    });
    expect(capped.lines.at(-1)).toEqual({ component: 'BEYOND_HOLD', taxPercent: '19', amount: '-0.36' });
    expectSums(capped);
  });

  it('takes what is beyond the hold off each rate of tax', () => {
    const reduced = line({ component: 'FLAT', taxPercent: '7', amountBeforeTaxes: '5', amountInclTaxes: '5.35' });
    const both = cdr({
      ...{ totalBeforeTaxes: '9.50', totalInclTaxes: '10.71', lines: [line({}), line({}), reduced] },
      taxes: [
        { name: 'VAT', percentage: '19', amount: '0.86' },
        { name: 'VAT', percentage: '7', amount: '0.35' },
      ],
    });
    const capped = receipt('5.35', both);
    expect(capped.lines.slice(-2)).toMatchObject([
      { component: 'BEYOND_HOLD', taxPercent: '19', amount: '-2.6813' },
      { component: 'BEYOND_HOLD', taxPercent: '7', amount: '-2.6787' },
    ]);
    expect(capped.taxes).toEqual([
      { percent: '19', net: '2.25', amount: '0.43' },
      { percent: '7', net: '2.50', amount: '0.17' },
    ]);
    expectSums(capped);
  });

  it('tells taxes of a CDR of old, which has no lines of them, in one sum', () => {
    expect(receipt('5.36', cdr({ taxes: undefined })).taxes).toEqual([{ amount: '0.86' }]);
  });
});

describe('what a receipt says of the tax authorities', () => {
  const outageText = 'Sicherheitseinrichtung ausgefallen';
  const registration = { reference: '7', registeredAt: '2026-03-02T10:40:00Z', printed: [['Till', '1']] as const };
  const said = (fiscal: Fiscal) => {
    const { facts } = writtenReceipt({ ...receipt(), fiscal }, 'en');
    return facts.find(([name]) => name === 'Registered with the tax authority')?.[1].split('\n');
  };

  it('is not that it was registered late while it is not registered', () => {
    expect(said({ isLate: true, outageText })).toEqual(['Not registered yet', outageText]);
  });

  it('is that it was late, and what the country has on it then, once', () => {
    const when = said({ isLate: false, registration });
    expect(when).toHaveLength(1);
    const note = { ...registration, note: outageText };
    expect(said({ isLate: true, outageText, registration: note })).toEqual([when?.[0], 'Registered late', outageText]);
  });
});

describe('a credit note', () => {
  it('is the difference of two CDRs, by rate of tax', () => {
    const taxes = [{ name: 'VAT', percentage: '19', amount: '0.69' }];
    const replacement = cdr({ number: 'CDR-2', totalBeforeTaxes: '3.60', totalInclTaxes: '4.29', taxes });
    const note = creditNoteOf([receipt()], { refunded: '1.07', replacement }, { ...issued, number: 'C-000000001' });
    expect(note).toMatchObject({ corrects: 'R-000000001', net: '0.90', gross: '1.07', cdrNumber: 'CDR-2' });
    expect(note.taxes).toEqual([{ percent: '19', net: '0.90', amount: '0.17' }]);
    expectSums(note);
  });

  it('of a second correction goes by the first, not by the receipt', () => {
    const taxes = [{ name: 'VAT', percentage: '19', amount: '0.69' }];
    const first = cdr({ number: 'CDR-2', totalBeforeTaxes: '3.60', totalInclTaxes: '4.29', taxes });
    const note = creditNoteOf([receipt()], { refunded: '1.07', replacement: first }, issued);
    const nothing = cdr({ number: 'CDR-3', totalBeforeTaxes: '0.00', totalInclTaxes: '0.00', taxes: [] });
    const last = creditNoteOf([receipt(), note], { refunded: '4.29', replacement: nothing }, issued);
    expect(last).toMatchObject({ net: '3.60', taxes: [{ percent: '19', amount: '0.69' }] });
    expectSums(last);
  });

  it.each(['0.01', '1.00', '2.68', '5.36'])(
    'of %s that were given back otherwise has taxes in proportion',
    (refunded) => {
      const note = creditNoteOf([receipt()], { refunded, replacement: undefined }, issued);
      expect(note.gross).toBe(refunded);
      expectSums(note);
    },
  );
});

describe.each(Object.keys(LANGUAGES) as LanguageCode[])('a receipt in %s', (language) => {
  it('is a page', () => {
    const page = receiptPage([receipt()], { language, driverPath: '/pay/p/x' });
    for (const said of [
      'R-000000001',
      'Stadtwerke Hafen GmbH',
      'DE123456789',
      LANGUAGES[language].labels.receipt.gross,
    ])
      expect(page).toContain(said);
  });

  it('is a PDF', async () => {
    const bytes = await receiptPdf(
      [receipt(), creditNoteOf([receipt()], { refunded: '1.00', replacement: undefined }, issued)],
      language,
    );
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect(bytes.length).toBeLessThan(100_000);
  });
});
