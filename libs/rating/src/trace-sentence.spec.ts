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
      '1 h of charging at 4,00\u00a0€ per h: 4,00\u00a0€',
      'Maximum price: -0,50\u00a0€',
      'Total: 3,50\u00a0€',
    ]);
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
