import { describe, expect, it } from '@jest/globals';
import { Random, iso, randomCase } from '../testing/random.js';
import { type Session, type Tariff, type TariffElement, compileTariff, rate } from './index.js';

const START = Date.parse('2026-01-01T00:00:00Z');
const DAY_MS = 86_400_000;

function session(days: number, count: number): Session {
  const lengthMs = (days * DAY_MS) / count;
  const periods = Array.from({ length: count }, (_, index) => ({
    startedAt: iso(START + index * lengthMs),
    endedAt: iso(START + (index + 1) * lengthMs),
    energyWh: 100,
    kind: 'charging' as const,
  }));
  return { startedAt: iso(START), endedAt: iso(START + days * DAY_MS), periods };
}

const time = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

function tariff(count: number, restrictions: (index: number) => TariffElement['restrictions']): Tariff {
  const elements = Array.from({ length: count }, (_, index) => ({
    price_components: [{ type: 'ENERGY' as const, price: (1_000 + index) / 10_000 }],
    restrictions: restrictions(index) ?? {},
  }));
  return { currency: 'EUR', elements };
}

/** A price of its own for each quarter hour of the week. */
const quarterHours = tariff(672, (index) => ({
  day_of_week: [(['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const)[index % 7]!],
  start_time: time(Math.floor(index / 7) * 15),
  end_time: time((Math.floor(index / 7) * 15 + 15) % 1_440),
}));
/** As many times of day as a tariff may have, and as many elements. */
const restless = tariff(1_000, (index) => ({
  start_time: time((index % 99) * 14),
  end_time: time((index % 99) * 14 + 7),
}));
const choosy = tariff(1_000, (index) => ({ min_power: 1_000 + index }));

const rated = (of: Tariff, one: Session) => rate(compileTariff(of, { timeZone: 'Europe/Berlin' }), one);
const tooMuch = expect.objectContaining({ code: 'too-much-work' });

describe('the work of rating', () => {
  it('is done for a price per quarter hour of the week and a session of a month', () => {
    expect(rated(quarterHours, session(30, 2_500)).lines.length).toBeGreaterThan(0);
  });

  it('is done for a session of a year by a simple tariff', () => {
    expect(
      rated(
        tariff(4, (index) => ({ start_time: time(index * 60) })),
        session(365, 20_000),
      ).totalBeforeTaxes,
    ).toBe('200.00');
  });

  it.each<[string, Tariff, Session]>([
    ['elements, times of day and days', restless, session(60, 60)],
    ['elements and periods', choosy, session(10, 50_000)],
  ])('is refused before it is done where %s are too many together, though none of them is', (_, of, one) => {
    expect(() => rated(of, one)).toThrow(tooMuch);
  });

  it('is never refused for what people charge and publish', () => {
    const random = new Random(20_261_126);
    for (let i = 0; i < 200; i++) {
      const { tariff: of, circumstances, session: one } = randomCase(random);
      expect(() => rate(compileTariff(of, circumstances), one)).not.toThrow();
    }
  });
});
