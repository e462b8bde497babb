import { describe, expect, it } from '@jest/globals';
import { Random, randomCase } from '../testing/random.js';
import { type Period, type Tariff, type TariffElement, compileTariff, rate, tariffWarnings } from './index.js';

const TODAY = '2026-01-01';
type Kind = TariffElement['price_components'][number]['type'];
const element = (types: Kind | Kind[], restrictions?: TariffElement['restrictions']): TariffElement => ({
  price_components: [types].flat().map((type) => ({ type, price: 1, step_size: 1 })),
  ...(restrictions ? { restrictions } : {}),
});
const tariff = (...elements: TariffElement[]): Tariff => ({ currency: 'EUR', tax_included: 'N/A', elements });

describe('a tariff', () => {
  it.each<[string, TariffElement[]]>([
    ['with one price for all', [element(['ENERGY', 'FLAT'])]],
    ['with a price for the rest', [element('ENERGY', { start_time: '22:00', end_time: '06:00' }), element('ENERGY')]],
    [
      'that divides the day',
      [
        element('ENERGY', { start_time: '22:00', end_time: '06:00' }),
        element('ENERGY', { start_time: '06:00', end_time: '22:00' }),
      ],
    ],
    [
      'that divides the week',
      [
        element('ENERGY', { day_of_week: ['SATURDAY', 'SUNDAY'] }),
        element('ENERGY', { day_of_week: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'] }),
      ],
    ],
    ['that divides the energy', [element('ENERGY', { max_kwh: 10 }), element('ENERGY', { min_kwh: 10 })]],
    ['that names no price for a kind at all', [element('PARKING_TIME')]],
    ['with a fee under a condition', [element('FLAT', { min_kwh: 1 }), element('ENERGY')]],
    ['with a reservation', [element('TIME', { reservation: 'RESERVATION' }), element('ENERGY')]],
    ['with a price by power while parking', [element('PARKING_TIME', { max_power: 1 })]],
  ])('%s has no hole and no dead price', (_, elements) => {
    expect(tariffWarnings(tariff(...elements), TODAY)).toEqual([]);
  });

  it.each<[string, TariffElement[], string[]]>([
    [
      'the night',
      [element('ENERGY', { start_time: '06:00', end_time: '22:00' })],
      ['ENERGY from 00:00 to 06:00 and from 22:00 to 24:00'],
    ],
    [
      'a day of the week',
      [element('ENERGY', { day_of_week: ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'] })],
      ['ENERGY on SATURDAY'],
    ],
    [
      'an hour of a day',
      [
        element('ENERGY', { day_of_week: ['SUNDAY'], start_time: '01:00' }),
        element('ENERGY', { day_of_week: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'] }),
      ],
      ['ENERGY on SUNDAY, from 00:00 to 01:00'],
    ],
    ['energy above an amount', [element('ENERGY', { max_kwh: 50 })], ['ENERGY from 50 kWh']],
    ['the first hour', [element('PARKING_TIME', { min_duration: 3_600 })], ['PARKING_TIME below 3600 s']],
    [
      'power in between',
      [element('ENERGY', { max_power: 16 }), element('ENERGY', { min_power: 32 })],
      ['ENERGY from 16 kW below 32 kW'],
    ],
    [
      'current that is not measured',
      [element('ENERGY', { max_current: 16 }), element('ENERGY', { min_current: 16 })],
      ['ENERGY where the station measures no current'],
    ],
    ['the time after an end', [element('ENERGY', { end_date: '2027-01-01' })], ['ENERGY from 2027-01-01']],
    ['one kind of several', [element(['ENERGY', 'TIME'], { max_kwh: 5 }), element('TIME')], ['ENERGY from 5 kWh']],
  ])('is warned of: %s', (_, elements, expected) => {
    const warnings = tariffWarnings(tariff(...elements), TODAY);
    expect(warnings.map(({ code, path }) => [code, path])).toEqual(expected.map(() => ['hole', 'elements']));
    warnings.forEach(({ message }, index) =>
      expect(message).toContain(`no element has a price for ${expected[index]}:`),
    );
  });

  it.each<[string, TariffElement[], string[]]>([
    [
      'one after a price for all',
      [element('ENERGY'), element('ENERGY', { max_kwh: 5 })],
      ['elements[1].price_components[0]'],
    ],
    [
      'one within another',
      [element('ENERGY', { max_kwh: 10 }), element('ENERGY', { max_kwh: 5 }), element('ENERGY')],
      ['elements[1].price_components[0]'],
    ],
    [
      'one that two before it cover together',
      [element('ENERGY', { max_kwh: 10 }), element('ENERGY', { min_kwh: 10 }), element(['FLAT', 'ENERGY'])],
      ['elements[2].price_components[1]'],
    ],
    [
      'one that is past',
      [element('ENERGY', { end_date: '2025-12-31' }), element('ENERGY')],
      ['elements[0].price_components[0]'],
    ],
  ])('is warned of a price that is never reached: %s', (_, elements, paths) => {
    const warnings = tariffWarnings(tariff(...elements), TODAY);
    expect(warnings.map(({ code, path }) => [code, path])).toEqual(paths.map((path) => ['unreachable', path]));
  });

  it('with as many elements, times and days as there may be is checked, or said not to be', () => {
    const days = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
    const time = (quarter: number) => new Date((quarter % 96) * 900_000).toISOString().slice(11, 16);
    const quarters = Array.from({ length: 672 }, (_, index) =>
      element('ENERGY', {
        day_of_week: [days[index % 7]!],
        start_time: time(Math.floor(index / 7)),
        end_time: time(Math.floor(index / 7) + 1),
      }),
    );
    expect(tariffWarnings(tariff(...quarters), TODAY)).toEqual([]);
    const wild = Array.from({ length: 1_000 }, (_, index) =>
      element('ENERGY', {
        min_kwh: index,
        min_power: 1_000 - index,
        min_duration: (index * 7) % 1_000,
        min_current: (index * 13) % 1_000,
      }),
    );
    expect(tariffWarnings(tariff(...wild), TODAY)).toMatchObject([{ code: 'not-checked' }]);
  });
});

describe('the check of random tariffs', () => {
  it('finds every hole that a session falls into, and calls no price dead that one comes to', () => {
    const random = new Random(20_261_127);
    let [holes, prices] = [0, 0];
    for (let i = 0; i < 600; i++) {
      const { tariff: of, circumstances, session } = randomCase(random);
      const periods = session.periods.map(meant);
      const { lines, notes } = rate(compileTariff(of, circumstances), { ...session, periods });
      const warnings = tariffWarnings(of, TODAY);
      const text = JSON.stringify({ of, notes, warnings, lines });
      if (warnings.length >= 20) continue;
      for (const [note, kind] of [
        ['unpriced-energy', 'ENERGY'],
        ['unpriced-time', 'TIME'],
        ['unpriced-parking', 'PARKING_TIME'],
      ] as const) {
        if (!notes.includes(note)) continue;
        holes++;
        if (!warnings.some(({ code, message }) => code === 'hole' && message.includes(`for ${kind} `)))
          throw new Error(text);
      }
      for (const { component, elementIndex } of lines) {
        if (elementIndex === undefined || component === 'RESERVATION') continue;
        const index = of.elements[elementIndex]?.price_components.findIndex(({ type }) => type === component);
        const path = `elements[${elementIndex}].price_components[${index}]`;
        prices++;
        if (warnings.some((warning) => warning.code === 'unreachable' && warning.path === path)) throw new Error(text);
      }
    }
    expect([holes > 100, prices > 500]).toEqual([true, true]);
  });
});

/** With one mean of power and current, as periods of ours have. */
function meant({ minPowerW, maxPowerW: _power, minCurrentA, maxCurrentA: _current, ...period }: Period): Period {
  const power = minPowerW === undefined ? {} : { powerW: minPowerW };
  return { ...period, ...power, ...(minCurrentA === undefined ? {} : { currentA: minCurrentA }) };
}
