import { describe, expect, it } from '@jest/globals';
import { shownPrices } from './price-display.js';
import type { PriceComponent, Tariff, TariffRestrictions } from './tariff.js';

const NOON = new Date('2026-01-07T12:00:00Z');
const priced = (type: PriceComponent['type'], price: number, more: Partial<PriceComponent> = {}): PriceComponent => ({
  type,
  price,
  vat: 19,
  ...more,
});
const tariff = (components: PriceComponent[], more: Partial<Tariff> = {}): Tariff => ({
  currency: 'EUR',
  tax_included: 'NO',
  elements: [{ price_components: components }],
  ...more,
});
const only = (component: PriceComponent, more: Partial<Tariff> = {}) =>
  shownPrices(tariff([component], more), 'de-DE', NOON).map(({ amount }) => amount);
const texts = (of: Tariff, locale: string) =>
  shownPrices(of, locale, NOON).map(({ text }) => text.replace(/[\u00a0\u202f]/g, ' '));
const when = (restrictions: TariffRestrictions, locale: string) =>
  texts(
    { currency: 'EUR', tax_included: 'N/A', elements: [{ price_components: [priced('ENERGY', 1)], restrictions }] },
    locale,
  )
    .join()
    .split(', ')
    .slice(1)
    .join(', ');

describe('prices on display', () => {
  it('come per kWh, per minute, per session, and then the others, whatever the order of the tariff', () => {
    const reserved = {
      price_components: [priced('TIME', 6), priced('FLAT', 1)],
      restrictions: { reservation: 'RESERVATION' as const },
    };
    const mixed = [priced('FLAT', 1), priced('PARKING_TIME', 6), priced('TIME', 3), priced('ENERGY', 0.5)];
    const of = tariff(mixed, { min_price: { before_taxes: 1 }, max_price: { before_taxes: 40, after_taxes: 47.6 } });
    const shown = shownPrices({ ...of, elements: [reserved, ...of.elements] }, 'en', NOON);
    expect(shown.map(({ kind, component }) => [kind, component])).toEqual([
      ['energy', 'ENERGY'],
      ['minute', 'PARKING_TIME'],
      ['minute', 'TIME'],
      ['session', 'FLAT'],
      ['other', 'TIME'],
      ['other', 'FLAT'],
      ['other', 'MINIMUM'],
      ['other', 'MAXIMUM'],
    ]);
  });

  it.each([
    ['en-GB', 0.79, '79p per kWh, incl. 20% VAT'],
    ['en-GB', 0.795, '79.5p per kWh, incl. 20% VAT'],
    ['de-DE', 0.795, '79,5p pro kWh, inkl. 20 % MwSt.'],
  ])('are in pence per kWh, in total, where sterling is paid: %s %d', (locale, price, text) => {
    const pounds = tariff([priced('ENERGY', price, { vat: 20 })], { currency: 'GBP', tax_included: 'YES' });
    expect(texts(pounds, locale)).toEqual([text]);
    const beside = { ...pounds, elements: [{ price_components: [priced('PARKING_TIME', 6, { vat: 20 })] }] };
    expect(texts(beside, 'en-GB')).toEqual(['£0.10 per minute of parking without charging, incl. 20% VAT']);
  });

  it.each<[string, PriceComponent, Partial<Tariff>, string]>([
    ['have the taxes in them', priced('ENERGY', 0.45), {}, '0.5355'],
    ['are exact per minute', priced('TIME', 6), {}, '0.119'],
    ['are exact per minute to the last decimal', priced('PARKING_TIME', 0.006, { vat: 25.5 }), {}, '0.0001255'],
    ['are as published where taxes are included', priced('TIME', 6), { tax_included: 'YES' }, '0.1'],
    ['are as published where there are no taxes', priced('TIME', 6), { tax_included: 'N/A' }, '0.1'],
    ['are before taxes where none is known', { type: 'FLAT', price: 1 }, {}, '1'],
  ])('%s', (_what, component, more, amount) => {
    expect(only(component, more)).toEqual([amount]);
  });

  it.each([
    ['en-IE', '€0.119 per minute of charging, incl. 19% VAT, in steps of 60 s'],
    ['de-DE', '0,119 € pro Minute Laden, inkl. 19 % MwSt., in Schritten von 60 s'],
    ['nl-NL', '€ 0,119 per minuut laden, incl. 19% btw, in stappen van 60 s'],
    ['fr-FR', '0,119 € par minute de charge, TVA 19 % incluse, par tranche de 60 s'],
    ['de-CH', 'EUR 0.119 pro Minute Laden, inkl. 19% MwSt., in Schritten von 60 s'],
    ['pl-PL', '€0.119 per minute of charging, incl. 19% VAT, in steps of 60 s'],
  ])('are told in the language of %s', (locale, text) => {
    const [shown] = texts(tariff([priced('TIME', 6, { step_size: 60 })]), locale);
    expect(shown).toBe(text);
  });

  it('say that taxes come on top where they are not known', () => {
    expect(texts(tariff([{ type: 'ENERGY', price: 0.5 }]), 'de-DE')).toEqual(['0,50 € pro kWh, zzgl. MwSt.']);
    expect(texts(tariff([], { max_price: { before_taxes: 40 } }), 'fr-FR')).toEqual(['prix maximum 40,00 €, hors TVA']);
  });

  it.each([
    ['en-IE', '€0.12 per minute of parking without charging, after 15 mins without charging'],
    ['de-DE', '0,12 € pro Minute Standzeit ohne Laden, nach 15 Min. ohne Laden'],
    ['nl-NL', '€ 0,12 per minuut parkeren zonder laden, na 15 min zonder laden'],
    ['fr-FR', '0,12 € par minute de stationnement sans charge, après 15 min sans charge'],
  ])('say in %s how long parking costs nothing', (locale, text) => {
    const parking = { ...tariff([priced('PARKING_TIME', 7.2)], { tax_included: 'N/A' }) };
    expect(texts({ ...parking, chargemesh: { idle_grace: 900 } }, locale)).toEqual([text]);
  });

  it('say the most that time costs, with the tax of its price', () => {
    const caps = [
      { type: 'PARKING_TIME', per: 'DAY', price: 10 },
      { type: 'TIME', per: 'SESSION', price: 20 },
    ] as const;
    const [, , ...shown] = shownPrices(
      tariff([priced('TIME', 6), priced('PARKING_TIME', 6)], { chargemesh: { caps } }),
      'de-DE',
      NOON,
    );
    expect(shown.map(({ kind, component, amount }) => [kind, component, amount])).toEqual([
      ['other', 'DAY_CAP', '11.9'],
      ['other', 'SESSION_CAP', '23.8'],
    ]);
    expect(shown[0]?.text.replace(/\u00a0/g, ' ')).toBe('höchstens 11,90 € pro Tag für Standzeit ohne Laden');
    expect(shown[1]?.text.replace(/\u00a0/g, ' ')).toBe('höchstens 23,80 € pro Ladevorgang für Ladezeit');
  });

  it('are those of the market in the quarter hour that is asked for, with their bounds', () => {
    const prices = [{ from: '2026-01-07T12:00:00Z', market: '0.1' }];
    const spot = { series: 'day-ahead', surcharge: 0.2, floor: 0.2, cap: 1, prices };
    const market = tariff([priced('ENERGY', 0.5, { vat: 20, chargemesh: { spot } })]);
    expect(texts(market, 'en-IE')).toEqual([
      '€0.36 per kWh, incl. 20% VAT, now, changes every quarter hour, at least €0.24, at most €1.20',
    ]);
    const [later] = shownPrices(market, 'en-IE', new Date('2026-01-07T12:15:00Z'));
    expect(later?.amount).toBe('0.6');
  });

  it('use the minor unit of their currency', () => {
    expect(texts(tariff([priced('FLAT', 100, { vat: 0 })], { currency: 'JPY' }), 'en')).toEqual([
      '¥100 per session, incl. 0% VAT',
    ]);
  });

  it.each<[string, TariffRestrictions, string]>([
    ['times', { start_time: '20:00', end_time: '06:00' }, 'ab 20:00 Uhr, bis 06:00 Uhr'],
    ['days', { day_of_week: ['SATURDAY', 'SUNDAY'] }, 'Sa/So'],
    ['dates', { start_date: '2026-07-01', end_date: '2026-09-01' }, 'ab 01.07.2026, vor dem 01.09.2026'],
    ['energy', { min_kwh: 0.5, max_kwh: 20 }, 'ab 0,5 kWh, unter 20 kWh'],
    ['power', { max_power: 22 }, 'unter 22 kW'],
    ['duration', { min_duration: 14_400 }, 'nach 4 Std.'],
    ['the first minutes', { max_duration: 900 }, 'in den ersten 15 Min.'],
  ])('say when they apply, by %s', (_what, restrictions, text) => {
    expect(when(restrictions, 'de-DE')).toBe(text);
  });
});
