import { describe, expect, it } from '@jest/globals';
import { CdrIssued } from '@chargemesh/contracts';
import { finalized, session } from '@chargemesh/testing/billing';
import type { TaxedVersion } from '../../price-list/pricing/pin.js';
import { ocpiTariff } from '../../testing/tariffs.js';
import { cdrOf, dueOf, numbersAfter } from './cdrs.decide.js';

const OPERATOR = '01900000-0000-7000-8000-000000000001';
const issue = {
  cdrId: '01930000-0000-7000-8000-0000000000c1',
  number: 'CDR-000000007',
  issuedAt: '2026-03-02T10:05:00.000Z',
};

function versionWith(tariff: object = ocpiTariff()): TaxedVersion {
  return {
    tariffId: '01930000-0000-7000-8000-000000000021',
    tariffVersion: 2,
    vatPercent: null,
    vatTreatment: null,
    tariff,
  } as TaxedVersion;
}

describe('the CDR of a session', () => {
  it('has its price with one line for each component, and fits its contract', () => {
    const cdr = cdrOf(session(), versionWith(), 'EUR');
    expect(CdrIssued.validate({ ...issue, ...cdr })).toMatchObject({
      cdrId: issue.cdrId,
      number: 'CDR-000000007',
      energyWh: 10_000,
      durationS: 3_600,
      parkingS: 1_800,
      currency: 'EUR',
      totalBeforeTaxes: '8.00',
      totalInclTaxes: '9.52',
      taxes: [{ name: 'VAT', percentage: '19', amount: '1.52' }],
      tariffId: '01930000-0000-7000-8000-000000000021',
      tariffVersion: 2,
      flags: [],
    });
    expect(cdr.lines).toEqual([
      expect.objectContaining({
        component: 'ENERGY',
        element: 0,
        volume: '10',
        billedVolume: '10',
        stepSize: 1,
        price: '0.5',
        taxPercent: '19',
        amountBeforeTaxes: '5',
        amountInclTaxes: '5.95',
      }),
      expect.objectContaining({
        component: 'PARKING_TIME',
        startedAt: '2026-03-02T09:30:00Z',
        volume: '0.5',
        price: '6',
        amountBeforeTaxes: '3',
        amountInclTaxes: '3.57',
      }),
    ]);
  });

  it('carries the session, its signed data and the tariff as they were', () => {
    const signed = [{ data: 'OCMF|{"FV":"1.0"}|{"SD":"3046"}', encoding: 'OCMF' }];
    const { stationId, evseId, transactionId, startedAt, endedAt, token, location, connector, periods } = session();
    expect(cdrOf(session({ signed }), versionWith(), 'EUR')).toMatchObject({
      ...{ stationId, evseId, transactionId, startedAt, endedAt, token, location, connector, periods, signed },
      tariff: ocpiTariff(),
    });
  });

  it('tells nothing that is no part of a CDR', () => {
    const members = Object.keys(cdrOf(session(), versionWith(), 'EUR'));
    expect(members.filter((member) => !(member in CdrIssued.schema.properties))).toEqual([]);
  });

  it.each([
    ['EUR', '0.00'],
    ['JPY', '0'],
  ])('costs nothing in %s where no tariff applied, and says so', (currency, nothing) => {
    const cdr = cdrOf(session({ flags: ['end-inferred'] }), undefined, currency);
    expect(CdrIssued.validate({ ...issue, ...cdr })).toMatchObject({
      currency,
      totalBeforeTaxes: nothing,
      totalInclTaxes: nothing,
      lines: [],
      flags: ['end-inferred', 'no-tariff'],
    });
    expect(cdr).not.toHaveProperty('tariffId');
  });

  it('says what a reader should know of the price', () => {
    const expired = { ...ocpiTariff(), end_date_time: '2026-03-01T00:00:00Z' };
    expect(cdrOf(session({ flags: ['gap'] }), versionWith(expired), 'EUR').flags).toEqual(['gap', 'outside-validity']);
  });

  it.each([
    ['Europe/Berlin', '2.50'],
    ['Asia/Tokyo', '5.00'],
  ])('is priced by the clock of the location: %s', (timeZone, total) => {
    const energy = (price: number) => [{ type: 'ENERGY' as const, price, step_size: 1 }];
    const tariff = {
      ...ocpiTariff(),
      elements: [
        { price_components: energy(0.25), restrictions: { start_time: '08:00', end_time: '12:00' } },
        { price_components: energy(0.5) },
      ],
    };
    const location = { ...session().location, timeZone };
    expect(cdrOf(session({ location }), versionWith(tariff), 'EUR').totalBeforeTaxes).toBe(total);
  });
});

describe('the sessions that are due', () => {
  it('are those with a newer version than was billed, each once by its newest', () => {
    const [a, b, c, d] = [session(), session(), session(), session()].map((data) => finalized(OPERATOR, data));
    const again = (event: typeof a, version: number) => finalized(OPERATOR, { ...event!.data, version });
    const billed = new Map([
      [b!.data.sessionId, { finalVersion: 3 }],
      [c!.data.sessionId, { finalVersion: 3 }],
      [d!.data.sessionId, { finalVersion: null }],
    ]);
    const [a5, c4] = [again(a, 5), again(c, 4)];
    expect(dueOf([a!, a5, again(a, 4), b!, c4, c!, d!], billed)).toEqual([a5, c4, d]);
  });
});

describe('numbers', () => {
  it('follow the last one and sort as text', () => {
    expect(numbersAfter(9, 2)).toEqual(['CDR-000000010', 'CDR-000000011']);
    expect(numbersAfter(0, 0)).toEqual([]);
  });
});
