import { describe, expect, it } from '@jest/globals';
import { add, formatDecimal, multiply, parseDecimal, subtract, sum } from '@chargemesh/money';
import { type Case, Random, iso, randomCase } from '../testing/random.js';
import { type Period, type RatingResult, type Session, type Tariff, compileTariff, cutSession, rate } from './index.js';

const random = new Random(20_260_107);
const CASES = Array.from({ length: 400 }, () => randomCase(random));

function priceOf({ tariff, circumstances, session }: Case): RatingResult {
  return rate(compileTariff(tariff, circumstances), session);
}

function totals({ exactBeforeTaxes, exactInclTaxes, totalBeforeTaxes, totalInclTaxes }: RatingResult) {
  return { exactBeforeTaxes, exactInclTaxes, totalBeforeTaxes, totalInclTaxes };
}

const total = (values: readonly string[]) => formatDecimal(sum(values.map((value) => parseDecimal(value))));

describe('every price', () => {
  it('is the sum of its lines, before and after taxes', () => {
    for (const one of CASES) {
      const result = priceOf(one);
      expect(total(result.lines.map((line) => line.amountBeforeTaxes))).toBe(result.exactBeforeTaxes);
      expect(total(result.lines.map((line) => line.amountInclTaxes))).toBe(result.exactInclTaxes);
    }
  });

  it('is the sum of its components and of what a minimum or maximum changed', () => {
    for (const one of CASES) {
      const result = priceOf(one);
      const bounds = result.lines.filter(({ component }) => component === 'MINIMUM' || component === 'MAXIMUM');
      const parts = [...Object.values(result.totals), ...bounds];
      expect(total(parts.map((part) => part.amountBeforeTaxes))).toBe(result.exactBeforeTaxes);
      expect(total(parts.map((part) => part.amountInclTaxes))).toBe(result.exactInclTaxes);
    }
  });

  it('has taxes that add up to the difference of its two totals', () => {
    for (const one of CASES) {
      const result = priceOf(one);
      const difference = subtract(parseDecimal(result.totalInclTaxes), parseDecimal(result.totalBeforeTaxes));
      expect(total(result.taxes.map(({ amount }) => amount))).toBe(formatDecimal(difference));
      expect(difference.isNegative() && !difference.isZero()).toBe(false);
    }
  });

  it('is the same whatever the order of the periods', () => {
    for (const one of CASES) {
      const periods = random.shuffled(one.session.periods);
      expect(totals(priceOf({ ...one, session: { ...one.session, periods } }))).toEqual(totals(priceOf(one)));
    }
  });

  it('stays the same when a session is measured once more in between', () => {
    for (const one of CASES) {
      const periods = one.session.periods.flatMap((period) => split(period));
      expect(totals(priceOf({ ...one, session: { ...one.session, periods } }))).toEqual(totals(priceOf(one)));
    }
  });

  it('is no more with caps than without, and by no cap more than that', () => {
    for (const { tariff, circumstances, session } of CASES) {
      const plain = withoutStepsAndMaximum(tariff);
      const { chargemesh: { caps = [], ...others } = {}, ...rest } = plain;
      const uncapped = priceOf({ tariff: { ...rest, chargemesh: others }, circumstances, session });
      const capped = priceOf({ tariff: plain, circumstances, session });
      expect(Number(capped.exactInclTaxes)).toBeLessThanOrEqual(Number(uncapped.exactInclTaxes));
      for (const { type, per, price } of caps.filter((cap) => cap.per === 'SESSION')) {
        const { amountBeforeTaxes, amountInclTaxes } = capped.totals[type === 'TIME' ? 'time' : 'parking'];
        const paid = Number(tariff.tax_included === 'YES' ? amountInclTaxes : amountBeforeTaxes);
        expect([per, paid <= price]).toEqual(['SESSION', true]);
      }
    }
  });

  it('can be computed again from the periods that were cut', () => {
    for (const one of CASES) {
      const periods = cutSession(compileTariff(one.tariff, one.circumstances), one.session).map(
        ({ stretch, startMs, endMs, energyUwh }): Period => ({
          ...(one.session.periods[stretch.index] as Period),
          startedAt: iso(startMs),
          endedAt: iso(endMs),
          energyWh: energyUwh / 1e6,
        }),
      );
      expect(totals(priceOf({ ...one, session: { ...one.session, periods } }))).toEqual(totals(priceOf(one)));
    }
  });

  it('never falls when a session goes on, where no step size and no maximum says otherwise', () => {
    for (const { tariff, circumstances, session } of CASES) {
      const plain = withoutStepsAndMaximum(tariff);
      for (let length = 1; length < session.periods.length; length++) {
        const shorter = { ...session, periods: session.periods.slice(0, length) };
        const longer = { ...session, periods: session.periods.slice(0, length + 1) };
        const [less, more] = [shorter, longer].map((part) => priceOf({ tariff: plain, circumstances, session: part }));
        expect(Number(more?.exactBeforeTaxes)).toBeGreaterThanOrEqual(Number(less?.exactBeforeTaxes));
      }
    }
  });
});

describe('taxes', () => {
  const session: Session = {
    startedAt: '2026-01-07T10:00:00Z',
    endedAt: '2026-01-07T11:07:00Z',
    periods: [
      { startedAt: '2026-01-07T10:00:00Z', endedAt: '2026-01-07T11:07:00Z', energyWh: 12_345, kind: 'charging' },
    ],
  };
  const tariff = (price: number, tax_included: Tariff['tax_included']): Tariff => ({
    currency: 'EUR',
    tax_included,
    elements: [{ price_components: [{ type: 'ENERGY', price, vat: 20, step_size: 0 }] }],
  });
  const rated = (price: number, included: Tariff['tax_included']) =>
    priceOf({ tariff: tariff(price, included), circumstances: { timeZone: 'UTC' }, session });

  it('are the rate times the price before them', () => {
    const { exactBeforeTaxes, exactInclTaxes } = rated(0.37, 'NO');
    const before = parseDecimal(exactBeforeTaxes);
    expect(exactInclTaxes).toBe(formatDecimal(add(before, multiply(before, parseDecimal('0.2')))));
  });

  it('give the same totals whether a price contains them or not', () => {
    expect(totals(rated(0.6, 'YES'))).toEqual(totals(rated(0.5, 'NO')));
  });
});

/** At a second inside, where its energy is whole. */
function split(period: Period): Period[] {
  const [startMs, endMs] = [Date.parse(period.startedAt), Date.parse(period.endedAt)];
  const seconds = (endMs - startMs) / 1000;
  const at = random.integer(1, seconds - 1);
  const middle = iso(startMs + at * 1000);
  const first = (period.energyWh / seconds) * at;
  return [
    { ...period, endedAt: middle, energyWh: first },
    { ...period, startedAt: middle, energyWh: period.energyWh - first },
  ];
}

function withoutStepsAndMaximum(tariff: Tariff): Tariff {
  const elements = tariff.elements.map((element) => ({
    ...element,
    price_components: element.price_components.map((component) => ({ ...component, step_size: 0 })),
  }));
  return { ...tariff, elements, max_price: undefined };
}
