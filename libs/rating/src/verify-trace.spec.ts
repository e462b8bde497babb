import { describe, expect, it } from '@jest/globals';
import { type PricedCdr, compileTariff, rate, tracedLine, verifyTrace } from './index.js';

const tariff = {
  currency: 'EUR',
  elements: [
    {
      price_components: [{ type: 'ENERGY', price: 0.29, vat: 19, step_size: 1 }],
      restrictions: { start_time: '22:00', end_time: '06:00' },
    },
    {
      price_components: [
        { type: 'FLAT', price: 1, vat: 19 },
        { type: 'ENERGY', price: 0.45, vat: 19, step_size: 1 },
        { type: 'PARKING_TIME', price: 6, vat: 19, step_size: 60 },
      ],
    },
  ],
};
const location = { timeZone: 'Europe/Berlin' };
const session = {
  startedAt: '2026-03-28T20:30:00Z',
  endedAt: '2026-03-28T22:10:30Z',
  periods: [
    { startedAt: '2026-03-28T20:30:00Z', endedAt: '2026-03-28T21:30:00Z', energyWh: 10_250, kind: 'charging' as const },
    { startedAt: '2026-03-28T21:30:00Z', endedAt: '2026-03-28T22:10:30Z', energyWh: 0, kind: 'parking' as const },
  ],
};
const result = rate(compileTariff(tariff, location), session);
const { currency, totalBeforeTaxes, totalInclTaxes, taxes } = result;
const cdr: PricedCdr = {
  ...session,
  location,
  tariff,
  currency,
  totalBeforeTaxes,
  totalInclTaxes,
  taxes,
  lines: result.lines.map(tracedLine),
};
const [first] = cdr.lines;

describe('a CDR that is rated again', () => {
  it('is equal when nothing was changed', () => {
    expect(cdr.lines.length).toBeGreaterThan(3);
    expect(verifyTrace(cdr)).toEqual({ result: 'equal', differences: [] });
  });

  it.each<[string, Partial<PricedCdr>, object]>([
    ['energy', { energyWh: 10_500 }, { path: 'energyWh', said: '10500', recomputed: '10250' }],
    ['duration', { durationS: 6_000 }, { path: 'durationS', said: '6000', recomputed: '6030' }],
    ['parking time', { parkingS: 2_400 }, { path: 'parkingS', said: '2400', recomputed: '2430' }],
    [
      'end',
      { endedAt: '2026-03-28T23:10:30Z' },
      { path: 'periods[1].endedAt', said: '2026-03-28T22:10:30.000Z', recomputed: '2026-03-28T23:10:30.000Z' },
    ],
  ])('is different where it states another %s than its periods have', (_, more, difference) => {
    const stated = { ...cdr, energyWh: 10_250, durationS: 6_030, parkingS: 2_430 };
    expect(verifyTrace(stated).result).toBe('equal');
    const { result: verdict, differences } = verifyTrace({ ...stated, ...more });
    expect([verdict, differences]).toEqual(['different', expect.arrayContaining([difference])]);
  });

  it('is equal as a credit when all its amounts are negated', () => {
    const negated = (amount: string) => (Number(amount) === 0 ? amount : `-${amount}`);
    const lines = cdr.lines.map((line) => ({
      ...line,
      amountBeforeTaxes: negated(line.amountBeforeTaxes),
      amountInclTaxes: negated(line.amountInclTaxes),
    }));
    const totals = {
      totalBeforeTaxes: negated(totalBeforeTaxes),
      totalInclTaxes: negated(totalInclTaxes),
      taxes: taxes.map((tax) => ({ ...tax, amount: negated(tax.amount) })),
    };
    expect(verifyTrace({ ...cdr, kind: 'credit', ...totals, lines }).result).toBe('equal');
    expect(verifyTrace({ ...cdr, kind: 'credit' }).result).toBe('different');
  });

  it('is equal if it was issued before taxes were told apart', () => {
    const { taxes: _taxes, ...older } = cdr;
    expect(verifyTrace(older).result).toBe('equal');
  });

  it('is equal without a tariff when it costs nothing', () => {
    const free = { ...cdr, tariff: undefined, totalBeforeTaxes: '0.00', totalInclTaxes: '0.00', taxes: [], lines: [] };
    expect(verifyTrace(free).result).toBe('equal');
    expect(verifyTrace({ ...free, totalInclTaxes: '0.01' }).result).toBe('different');
  });

  it.each<[string, Partial<PricedCdr>, string]>([
    ['a total', { totalInclTaxes: '0.01' }, 'totalInclTaxes'],
    ['a tax', { taxes: taxes.map((tax) => ({ ...tax, amount: '0.01' })) }, 'taxes[0].amount'],
    ['the rate of a tax', { taxes: taxes.map((tax) => ({ ...tax, percentage: '7' })) }, 'taxes[0]'],
    ['a tax that is missing', { taxes: [] }, 'taxes[0]'],
    ['the currency', { currency: 'CHF' }, 'currency'],
    ['the time zone', { location: { timeZone: 'Asia/Tokyo' } }, 'lines[1].price'],
    ['a line that is missing', { lines: cdr.lines.slice(1) }, 'lines[0].component'],
    ['a line too many', { lines: [...cdr.lines, ...cdr.lines.slice(0, 1)] }, `lines[${cdr.lines.length}]`],
    [
      'a volume',
      { lines: [{ ...(first as (typeof cdr.lines)[number]), volume: '2' }, ...cdr.lines.slice(1)] },
      'lines[0].volume',
    ],
    [
      'a member that a line has not',
      { lines: [{ ...(first as (typeof cdr.lines)[number]), note: 'x' }, ...cdr.lines.slice(1)] },
      'lines[0].note',
    ],
  ])('differs by %s, and says where', (_, change, path) => {
    const verdict = verifyTrace({ ...cdr, ...change });
    expect(verdict.result).toBe('different');
    expect(verdict.differences.map((one) => one.path)).toContain(path);
  });

  it.each<[string, Partial<PricedCdr>]>([
    ['no tariff that can be rated', { tariff: { currency: 'EUR', elements: [] } }],
    ['periods that contradict each other', { endedAt: session.startedAt }],
    ['a time zone that is none', { location: { timeZone: 'Mars' } }],
    ['an amount that is none', { totalInclTaxes: 'much' }],
  ])('cannot be verified with %s', (_, change) => {
    expect(verifyTrace({ ...cdr, ...change })).toMatchObject({ result: 'unverifiable', reason: expect.any(String) });
  });
});
