import { describe, expect, it } from '@jest/globals';
import { MAX_ELEMENTS, TariffInvalid, TimeZoneUnknown, compileTariff, tariffProblems } from './index.js';

const component = { type: 'ENERGY', price: 0.5, vat: 19, step_size: 1 };
const element = { price_components: [component] };
const tariff = { currency: 'EUR', elements: [element] };

const withComponent = (change: object) => ({
  ...tariff,
  elements: [{ price_components: [{ ...component, ...change }] }],
});
const withRestrictions = (restrictions: unknown) => ({ ...tariff, elements: [{ ...element, restrictions }] });
const cap = { type: 'PARKING_TIME', per: 'DAY', price: 10 };
const withCaps = (...caps: object[]) => ({ ...tariff, chargemesh: { caps } });
const SPOT = 'elements[0].price_components[0].chargemesh.spot';
const spot = { series: 'day-ahead' };
const withSpot = (change: object) => withComponent({ chargemesh: { spot: { ...spot, ...change } } });
const withPrices = (...times: string[]) =>
  withSpot({ prices: times.map((time) => ({ from: `2026-01-07T${time}:00Z`, market: '0.1' })) });
const everyMinute = {
  ...tariff,
  elements: Array.from({ length: 900 }, (_, minute) => ({
    ...element,
    restrictions: { start_time: new Date(minute * 60_000).toISOString().slice(11, 16) },
  })),
};
const everyTax = {
  ...tariff,
  elements: Array.from({ length: 90 }, (_, vat) => ({ price_components: [{ ...component, vat }] })),
};
const first = (value: unknown) => tariffProblems(value).map(({ code, path }) => `${code} ${path}`)[0];

describe('a malformed tariff is refused', () => {
  it.each<[string, unknown, string]>([
    ['no object', null, 'not-an-object tariff'],
    ['a list', [], 'not-an-object tariff'],
    ['no currency', { elements: [element] }, 'unknown-currency currency'],
    ['an unknown currency', { ...tariff, currency: 'ABC' }, 'unknown-currency currency'],
    ['no elements', { ...tariff, elements: [] }, 'no-elements elements'],
    ['10,000 elements', { ...tariff, elements: Array(10_000).fill(element) }, 'too-many-elements elements'],
    ['an element that is no object', { ...tariff, elements: [7] }, 'not-an-object elements[0]'],
    [
      'no components',
      { ...tariff, elements: [{ price_components: [] }] },
      'no-components elements[0].price_components',
    ],
    ['an unknown dimension', withComponent({ type: 'POWER' }), 'unknown-value elements[0].price_components[0].type'],
    ['no price', withComponent({ price: undefined }), 'missing elements[0].price_components[0].price'],
    ['a price of null', withComponent({ price: null }), 'missing elements[0].price_components[0].price'],
    ['a price as text', withComponent({ price: '0.5' }), 'not-a-number elements[0].price_components[0].price'],
    ['a misspelled extension', { ...tariff, chargemesh: { idleGrace: 5 } }, 'unknown-member chargemesh.idleGrace'],
    ['half a second of grace', { ...tariff, chargemesh: { idle_grace: 0.5 } }, 'too-precise chargemesh.idle_grace'],
    [
      'a word for yes',
      { ...tariff, chargemesh: { free_without_energy: 'yes' } },
      'unknown-value chargemesh.free_without_energy',
    ],
    ['another time of day every minute', everyMinute, 'too-many-times elements'],
    ['another tax for every element', everyTax, 'too-many-taxes elements'],
    ['a cap of energy', withCaps({ ...cap, type: 'ENERGY' }), 'unknown-value chargemesh.caps[0].type'],
    ['a cap per month', withCaps({ ...cap, per: 'MONTH' }), 'unknown-value chargemesh.caps[0].per'],
    ['a cap without price', withCaps({ ...cap, price: undefined }), 'missing chargemesh.caps[0].price'],
    ['a negative cap', withCaps({ ...cap, price: -1 }), 'negative chargemesh.caps[0].price'],
    ['two caps of a kind', withCaps(cap, { ...cap, price: 2 }), 'contradiction chargemesh.caps[1]'],
    ['a thousand caps', withCaps(...Array<object>(1_000).fill(cap)), 'unknown-value chargemesh.caps'],
    ['a market for time', withComponent({ type: 'TIME', chargemesh: { spot } }), `contradiction ${SPOT}`],
    [
      'a market with taxes',
      { ...withComponent({ chargemesh: { spot } }), tax_included: 'YES' },
      `contradiction ${SPOT}`,
    ],
    ['a market without a name', withSpot({ series: undefined }), `unknown-value ${SPOT}.series`],
    ['a floor above the cap', withSpot({ floor: 0.6, cap: 0.4 }), `contradiction ${SPOT}.floor`],
    ['a fallback above the cap', withSpot({ cap: 0.4 }), `contradiction ${SPOT}`],
    ['a negative floor', withSpot({ floor: -1 }), `negative ${SPOT}.floor`],
    ['a moment within a quarter hour', withPrices('00:05'), `bad-date ${SPOT}.prices[0].from`],
    ['quarter hours in disorder', withPrices('00:15', '00:00'), `contradiction ${SPOT}.prices[1].from`],
    [
      'a market price that is no decimal',
      withSpot({ prices: [{ from: '2026-01-07T00:00:00Z', market: '1e3' }] }),
      `not-a-number ${SPOT}.prices[0].market`,
    ],
    ['a year of quarter hours', withPrices(...Array<string>(35_040).fill('00:00')), `unknown-value ${SPOT}.prices`],
    ['a negative price', withComponent({ price: -0.1 }), 'negative elements[0].price_components[0].price'],
    ['an absurd price', withComponent({ price: 1e12 }), 'too-large elements[0].price_components[0].price'],
    ['a price of 12 decimals', withComponent({ price: 1e-12 }), 'too-precise elements[0].price_components[0].price'],
    ['more than all of it as tax', withComponent({ vat: 101 }), 'too-large elements[0].price_components[0].vat'],
    ['half a step', withComponent({ step_size: 0.5 }), 'too-precise elements[0].price_components[0].step_size'],
    ['a negative step', withComponent({ step_size: -1 }), 'negative elements[0].price_components[0].step_size'],
    [
      'two prices of one dimension',
      { ...tariff, elements: [{ price_components: [component, component] }] },
      'contradiction elements[0].price_components[1]',
    ],
    [
      'energy in a reservation',
      withRestrictions({ reservation: 'RESERVATION' }),
      'contradiction elements[0].price_components[0]',
    ],
    ['an unknown reservation', withRestrictions({ reservation: 'X' }), 'contradiction elements[0].price_components[0]'],
    ['restrictions as text', withRestrictions('night'), 'not-an-object elements[0].restrictions'],
    ['25 o’clock', withRestrictions({ start_time: '25:00' }), 'bad-time elements[0].restrictions.start_time'],
    ['24:00', withRestrictions({ end_time: '24:00' }), 'bad-time elements[0].restrictions.end_time'],
    [
      'a window without length',
      withRestrictions({ start_time: '10:00', end_time: '10:00' }),
      'contradiction elements[0].restrictions.end_time',
    ],
    ['30 February', withRestrictions({ start_date: '2026-02-30' }), 'bad-date elements[0].restrictions.start_date'],
    [
      'dates in reverse',
      withRestrictions({ start_date: '2026-02-02', end_date: '2026-02-02' }),
      'contradiction elements[0].restrictions.end_date',
    ],
    [
      'an unknown day',
      withRestrictions({ day_of_week: ['FUNDAY'] }),
      'unknown-value elements[0].restrictions.day_of_week',
    ],
    [
      'a day instead of days',
      withRestrictions({ day_of_week: 'MONDAY' }),
      'unknown-value elements[0].restrictions.day_of_week',
    ],
    [
      'a minimum at the maximum',
      withRestrictions({ min_kwh: 5, max_kwh: 5 }),
      'contradiction elements[0].restrictions.max_kwh',
    ],
    ['a negative duration', withRestrictions({ min_duration: -1 }), 'negative elements[0].restrictions.min_duration'],
    [
      'a minimum price above the maximum',
      { ...tariff, min_price: { before_taxes: 5 }, max_price: { before_taxes: 4 } },
      'contradiction min_price',
    ],
    [
      'a limit that is less with taxes',
      { ...tariff, max_price: { excl_vat: 5, incl_vat: 4 } },
      'contradiction max_price',
    ],
    ['a limit without an amount', { ...tariff, max_price: {} }, 'missing max_price.before_taxes'],
    [
      'an end before the start',
      { ...tariff, start_date_time: '2026-01-02T00:00:00Z', end_date_time: '2026-01-01T00:00:00Z' },
      'contradiction end_date_time',
    ],
    ['a start that is no date', { ...tariff, start_date_time: 'soon' }, 'bad-date start_date_time'],
    ['an unknown kind of tax', { ...tariff, tax_included: 'MAYBE' }, 'unknown-value tax_included'],
  ])('%s', (_, value, problem) => {
    expect(first(value)).toBe(problem);
    expect(() => compileTariff(value, { timeZone: 'UTC' })).toThrow(TariffInvalid);
  });

  it('with all of its problems, but not more than fifty', () => {
    const bad = { ...element, restrictions: { start_time: 'x', end_time: 'y' } };
    expect(tariffProblems({ ...tariff, elements: [bad, bad] })).toHaveLength(4);
    expect(tariffProblems({ ...tariff, elements: Array(500).fill(bad) })).toHaveLength(50);
  });
});

describe('a tariff is read as partners send it', () => {
  it('with unknown fields, nulls for what is absent, empty lists and both names of the limits', () => {
    const sent = {
      ...tariff,
      party_id: 'ALL',
      min_price: null,
      max_price: { excl_vat: 5, incl_vat: 6 },
      elements: [
        {
          price_components: [{ ...component, vat: null }],
          restrictions: { start_time: '00:00', end_time: '00:00', day_of_week: [], max_kwh: null, reservation: null },
        },
      ],
    };
    expect(tariffProblems(sent)).toEqual([]);
    expect(() => compileTariff(sent, { timeZone: 'UTC' })).not.toThrow();
  });

  it('with as many elements as a week has quarter hours', () => {
    expect(tariffProblems({ ...tariff, elements: Array(672).fill(element) })).toEqual([]);
    expect(MAX_ELEMENTS).toBeGreaterThanOrEqual(672);
  });

  it('but only for a time zone that exists', () => {
    expect(() => compileTariff(tariff, { timeZone: 'Europe/Atlantis' })).toThrow(TimeZoneUnknown);
  });
});
