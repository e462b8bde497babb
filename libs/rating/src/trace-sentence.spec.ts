import { describe, expect, it } from '@jest/globals';
import { type Period, type Tariff, compileTariff, rate, traceSentences } from './index.js';

const tariff = (change: Partial<Tariff>): Tariff => ({ currency: 'EUR', elements: [], ...change });
const at = (time: string) => `2026-01-07T${time}:00Z`;
const sentences = (change: Partial<Tariff>, periods: Period[], locale?: string) => {
  const session = { startedAt: at('10:00'), endedAt: at('12:00'), periods };
  return traceSentences(rate(compileTariff(tariff(change), { timeZone: 'UTC' }), session), locale);
};
const charged: Period = { startedAt: at('10:00'), endedAt: at('11:00'), energyWh: 10_250, kind: 'charging' };
const parked: Period = { startedAt: at('11:00'), endedAt: at('11:42'), energyWh: 0, kind: 'parking' };

describe('a trace for a driver', () => {
  it('says amounts, unit prices with taxes, what the step size added, and the total', () => {
    const elements: Tariff['elements'] = [
      {
        price_components: [
          { type: 'FLAT', price: 1 },
          { type: 'ENERGY', price: 0.45, step_size: 1 },
          { type: 'PARKING_TIME', price: 5, vat: 20, step_size: 900 },
        ],
      },
    ];
    expect(sentences({ elements }, [charged, parked])).toEqual([
      'Flat fee: €1.00',
      '10.25 kWh at €0.45 per kWh: €4.61',
      '45 min of parking at €6.00 per h (42 min used): €4.50 incl. 20% VAT',
      'Total: €10.11',
    ]);
  });

  it('says what a maximum took away, and spells numbers as the reader does', () => {
    const elements: Tariff['elements'] = [{ price_components: [{ type: 'TIME', price: 4 }] }];
    expect(sentences({ elements, max_price: { before_taxes: 3.5 } }, [charged], 'de')).toEqual([
      '1 h Laden zu 4,00\u00a0€ pro h: 4,00\u00a0€',
      'Höchstpreis: -0,50\u00a0€',
      'Summe: 3,50\u00a0€',
    ]);
  });

  it('says what a cap took away', () => {
    const elements: Tariff['elements'] = [{ price_components: [{ type: 'PARKING_TIME', price: 60, vat: 20 }] }];
    const caps = [{ type: 'PARKING_TIME', per: 'DAY', price: 10 }] as const;
    expect(sentences({ elements, chargemesh: { caps } }, [parked], 'en')).toEqual([
      '42 min of parking at €72.00 per h: €50.40 incl. 20% VAT',
      'Most per day: -€38.40 incl. 20% VAT',
      'Total: €12.00',
    ]);
  });

  it.each([
    [
      'en-GB',
      '10.25 kWh at €0.54 per kWh: €5.54 incl. 20% VAT',
      '42 min of parking at €6.00 per h: €4.20 incl. 20% VAT',
    ],
    [
      'de-DE',
      '10,25 kWh zu 0,54 € pro kWh: 5,54 € inkl. 20 % MwSt.',
      '42 min Standzeit zu 6,00 € pro h: 4,20 € inkl. 20 % MwSt.',
    ],
    [
      'nl-NL',
      '10,25 kWh à € 0,54 per kWh: € 5,54 incl. 20% btw',
      '42 min parkeren à € 6,00 per uur: € 4,20 incl. 20% btw',
    ],
    [
      'fr-FR',
      '10,25 kWh à 0,54 € par kWh : 5,54 € dont 20 % TVA',
      '42 min de stationnement à 6,00 € par h : 4,20 € dont 20 % TVA',
    ],
    [
      'pt-PT',
      '10,25 kWh at 0,54 € per kWh: 5,54 € incl. 20% VAT',
      '42 min of parking at 6,00 € per h: 4,20 € incl. 20% VAT',
    ],
  ])('speaks the language of %s, or English', (locale, energy, parking) => {
    const prices = [
      { type: 'ENERGY' as const, price: 0.45, vat: 20 },
      { type: 'PARKING_TIME' as const, price: 5, vat: 20 },
    ];
    const said = sentences({ elements: [{ price_components: prices }] }, [charged, parked], locale);
    expect(said.slice(0, 2).map((sentence) => sentence.replace(/[\u00a0\u202f]/g, ' '))).toEqual([energy, parking]);
  });

  it('says what a reservation cost', () => {
    const elements: Tariff['elements'] = [
      {
        price_components: [
          { type: 'FLAT', price: 2 },
          { type: 'TIME', price: 3 },
        ],
        restrictions: { reservation: 'RESERVATION' },
      },
    ];
    expect(sentences({ elements }, [{ ...parked, kind: 'reservation' }])).toEqual([
      'Reservation fee: €2.00',
      '42 min of reservation at €3.00 per h: €2.10',
      'Total: €4.10',
    ]);
  });
});
