import { describe, expect, it } from '@jest/globals';
import type { StationTariff } from '@chargemesh/contracts';
import { checkRequest } from '@chargemesh/ocpp';
import { changeTransactionTariff } from './change-transaction-tariff.js';
import { clearTariffs } from './clear-tariffs.js';
import { getTariffs } from './get-tariffs.js';
import { ocpp201, ocpp21 } from './messages.js';
import { setDefaultTariff } from './set-default-tariff.js';

/** All that the contract can say. */
const tariff: StationTariff = {
  tariffId: 'T1:abc:0',
  currency: 'EUR',
  description: [{ format: 'UTF8', language: 'de', content: 'Tagtarif' }],
  energy: {
    prices: [
      {
        priceKwh: 0.420168,
        conditions: {
          startTimeOfDay: '08:00',
          endTimeOfDay: '00:00',
          dayOfWeek: ['Monday', 'Sunday'],
          validFromDate: '2026-01-01',
          validToDate: '2027-01-01',
          minEnergy: 0,
          maxEnergy: 20_000,
          minCurrent: 6,
          maxCurrent: 32.5,
          minPower: 3_700,
          maxPower: 11_000,
          minTime: 60,
          maxTime: 3_600,
        },
      },
      { priceKwh: 0 },
    ],
    taxRates: [{ type: 'VAT', tax: 19 }],
  },
  chargingTime: { prices: [{ priceMinute: 0.016667 }] },
  idleTime: { prices: [{ priceMinute: 0.1, conditions: { minTime: 14_400 } }] },
  fixedFee: { prices: [{ priceFixed: 0.35, conditions: { dayOfWeek: ['Friday'] } }, { priceFixed: 0 }] },
  reservationTime: { prices: [{ priceMinute: 0.05 }] },
  reservationFixed: { prices: [{ priceFixed: 1 }] },
  minCost: { exclTax: 1, inclTax: 1.19 },
  maxCost: { exclTax: 50 },
};

describe('a 2.1 station', () => {
  it('gets a default tariff that fits the schema of its version', () => {
    const [request] = setDefaultTariff.requests({ name: 'SetDefaultTariff', evseId: 0, tariff });
    expect(request).toEqual({ evseId: 0, tariff });
    expect(() => checkRequest('ocpp2.1', 'SetDefaultTariff', request ?? {})).not.toThrow();
    expect(setDefaultTariff.outcome({ status: 'Accepted' })).toMatchObject({ status: 'accepted' });
    expect(setDefaultTariff.outcome({ status: 'DuplicateTariffId' })).toMatchObject({ status: 'accepted' });
    expect(setDefaultTariff.outcome({ status: 'TooManyElements' })).toEqual({
      status: 'rejected',
      detail: 'TooManyElements',
    });
  });

  it('gets the tariff of a transaction', () => {
    const [request] = changeTransactionTariff.requests({ name: 'ChangeTransactionTariff', transactionId: 'X', tariff });
    expect(request).toEqual({ transactionId: 'X', tariff });
    expect(() => checkRequest('ocpp2.1', 'ChangeTransactionTariff', request ?? {})).not.toThrow();
    expect(changeTransactionTariff.outcome({ status: 'TxNotFound' })).toMatchObject({ status: 'rejected' });
  });

  it('is asked which tariffs it has, and may have none', () => {
    expect(getTariffs.requests({ name: 'GetTariffs', evseId: 0 })).toEqual([{ evseId: 0 }]);
    expect(getTariffs.outcome({ status: 'NoTariff' })).toMatchObject({ status: 'accepted' });
  });

  it('forgets tariffs, those it does not have included', () => {
    expect(clearTariffs.requests({ name: 'ClearTariffs' })).toEqual([{}]);
    const some = clearTariffs.requests({ name: 'ClearTariffs', tariffIds: ['A', 'B'], evseId: 1 });
    expect(some).toEqual([{ tariffIds: ['A', 'B'], evseId: 1 }]);
    const results = (...statuses: ('Accepted' | 'NoTariff' | 'Rejected')[]) => {
      const [first = { status: 'Rejected' as const }, ...others] = statuses.map((status) => ({ status }));
      return clearTariffs.outcome({ clearTariffsResult: [first, ...others] }).status;
    };
    expect([results('NoTariff'), results('Accepted', 'Rejected')]).toEqual(['accepted', 'rejected']);
  });
});

it('only 2.1 has words for tariffs', () => {
  expect(ocpp21.commands.has('SetDefaultTariff')).toBe(true);
  expect(ocpp201.commands.has('SetDefaultTariff')).toBe(false);
});
