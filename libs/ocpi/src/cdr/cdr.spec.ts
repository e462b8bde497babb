import { describe, expect, it } from '@jest/globals';
import { type CdrLine, validator } from '@chargemesh/contracts';
import { parseDecimal } from '@chargemesh/money';
import { type BilledCdr, ocpiCdr } from './cdr.js';
import { type Precision, quotient, rounded } from './precision.js';
import { Cdr221, Cdr230 } from './schema.js';

const START = '2026-03-01T10:00:00Z';
const UPDATED = new Date('2026-03-02T09:00:00Z');
const cpo = { countryCode: 'DE', partyId: 'ABC' };
const fits = { '2.2.1': validator(Cdr221), '2.3.0': validator(Cdr230) };
const versions = ['2.2.1', '2.3.0'] as const;

/** As it is told with its own periods. */
function told(version: (typeof versions)[number], cdr: BilledCdr, precision: Precision = '4') {
  return ocpiCdr(cdr, cpo, { version, periods: cdr.periods, precision, lastUpdated: UPDATED });
}

const line = (more: Partial<CdrLine>): CdrLine => ({
  startedAt: '2026-03-01T10:00:00Z',
  endedAt: '2026-03-01T11:00:00Z',
  component: 'ENERGY',
  element: 0,
  volume: '10',
  billedVolume: '10',
  price: '0.45',
  taxPercent: '19',
  amountBeforeTaxes: '4.5',
  amountInclTaxes: '5.355',
  ...more,
});

function cdr(more: Partial<BilledCdr> = {}): BilledCdr {
  return {
    cdrId: '0190a000-0000-7000-8000-000000000001',
    number: 'CDR-000042',
    sessionId: '0190a000-0000-7000-8000-000000000002',
    stationId: 'CS-1',
    evseId: 1,
    transactionId: '7',
    startedAt: '2026-03-01T10:00:00Z',
    endedAt: '2026-03-01T11:20:00Z',
    energyWh: 10_001,
    durationS: 4_800,
    parkingS: 1_200,
    currency: 'EUR',
    totalBeforeTaxes: '6.54',
    totalInclTaxes: '7.78',
    lines: [
      line({}),
      line({ component: 'FLAT', amountBeforeTaxes: '1', amountInclTaxes: '1.19' }),
      line({
        startedAt: '2026-03-01T11:00:00Z',
        endedAt: '2026-03-01T11:20:00Z',
        component: 'PARKING_TIME',
        amountBeforeTaxes: '1.03994999',
        amountInclTaxes: '1.23754049',
      }),
    ],
    tariffId: '0190a000-0000-7000-8000-000000000003',
    tariffVersion: 1,
    tariff: {
      country_code: 'DE',
      party_id: 'ABC',
      id: '0190a000-0000-7000-8000-000000000003',
      currency: 'EUR',
      tax_included: 'YES',
      min_price: { before_taxes: 0.5, after_taxes: 0.595 },
      elements: [{ price_components: [{ type: 'ENERGY', price: 0.595, vat: 19, step_size: 1 }] }],
      last_updated: '2026-01-01T00:00:00Z',
    },
    token: { uid: 'ABCD1234', type: 'RFID', contractId: 'NL-XYZ-C12345678-A', countryCode: 'NL', partyId: 'XYZ' },
    location: {
      locationId: '0190a000-0000-7000-8000-000000000004',
      name: 'Depot',
      address: 'Street 1',
      city: 'Berlin',
      postalCode: '10115',
      country: 'DEU',
      coordinates: { latitude: '52.520008', longitude: '13.404954' },
      timeZone: 'Europe/Berlin',
    },
    connector: {
      evseUid: '0190a000-0000-7000-8000-000000000005',
      evseRef: 'DE*ABC*E1',
      connectorId: 1,
      standard: 'IEC_62196_T2',
      format: 'CABLE',
      powerType: 'AC_3_PHASE',
      maxVoltage: 230,
      maxAmperage: 32,
    },
    periods: [
      { startedAt: '2026-03-01T10:00:00Z', endedAt: '2026-03-01T11:00:00Z', energyWh: 10_001, kind: 'charging' },
      { startedAt: '2026-03-01T11:00:00Z', endedAt: '2026-03-01T11:20:00Z', energyWh: 0, kind: 'parking' },
    ],
    signed: [],
    flags: [],
    issuedAt: '2026-03-01T11:30:00Z',
    ...more,
  };
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

describe.each(versions)('a CDR in OCPI %s', (version) => {
  const make = (more: Partial<BilledCdr> = {}) => told(version, cdr(more));

  it.each<[string, Partial<BilledCdr>]>([
    ['with everything', {}],
    [
      'without a tariff',
      { tariff: undefined, tariffId: undefined, lines: [], totalBeforeTaxes: '0', totalInclTaxes: '0' },
    ],
    [
      'of a moment',
      {
        periods: [{ startedAt: START, endedAt: START, energyWh: 0, kind: 'charging' }],
        ...{ endedAt: START, durationS: 0, parkingS: 0, energyWh: 0 },
      },
    ],
    ['with signed values', { signed: [{ data: 'OCMF|{}|{}', encoding: 'OCMF', publicKey: 'a' }] }],
    ['of a token that the version may not know', { token: { ...cdr().token, type: 'EMAID' } }],
    ['of a connector that the version may not know', { connector: { ...cdr().connector, standard: 'MCS' } }],
    ['of an EVSE without an eMI3 id', { connector: { ...cdr().connector, evseRef: undefined } }],
  ])('fits its schema %s', (_, more) => {
    const made = JSON.parse(JSON.stringify(make(more))) as unknown;
    expect(fits[version](made)).toBe(made);
  });

  it('has no number of more than four decimals', () => {
    const decimals = numbersIn(make()).map((number) => String(number).split('.')[1]?.length ?? 0);
    expect(Math.max(...decimals)).toBeLessThanOrEqual(4);
  });

  it('counts energy in kWh and times in hours', () => {
    expect(make()).toMatchObject({ total_energy: 10.001, total_time: 1.3333, total_parking_time: 0.3333 });
  });

  it('names the operator, the token of the partner, and when the partner could first see it', () => {
    expect(make()).toMatchObject({
      country_code: 'DE',
      party_id: 'ABC',
      cdr_token: { country_code: 'NL', party_id: 'XYZ', uid: 'ABCD1234' },
      auth_method: 'WHITELIST',
      last_updated: '2026-03-02T09:00:00.000Z',
    });
    expect(make({ token: { ...cdr().token, type: 'APP_USER' } }).auth_method).toBe('COMMAND');
  });
});

describe('the price', () => {
  it('is told without and with VAT in 2.2.1', () => {
    expect(told('2.2.1', cdr())).toMatchObject({
      total_cost: { excl_vat: 6.54, incl_vat: 7.78 },
      total_energy_cost: { excl_vat: 4.5, incl_vat: 5.355 },
      total_fixed_cost: { excl_vat: 1, incl_vat: 1.19 },
      total_parking_cost: { excl_vat: 1.0399, incl_vat: 1.2375 },
    });
  });

  it('is told before taxes, with the taxes, in 2.3.0', () => {
    const { total_cost } = told('2.3.0', cdr());
    expect(total_cost).toEqual({ before_taxes: 6.54, taxes: [{ name: 'VAT', percentage: 19, amount: 1.24 }] });
  });

  it.each(versions)(
    'says who owes the VAT, or that it is not decided, and is that of the tariff then: %s',
    (version) => {
      const open = told(version, cdr({ flags: ['vat-not-decided'] }));
      const charged = told(version, cdr({ flags: ['reverse-charge'], totalInclTaxes: '6.54', taxes: [] }));
      expect(open!.total_cost).toEqual(told(version, cdr())!.total_cost);
      expect(open!.remark).toBe('Who owes the VAT is not decided: it is that of the tariff.');
      expect(charged!.remark).toBe('Reverse charge: the recipient owes the VAT.');
      for (const made of [open, charged]) expect(fits[version](made)).toBe(made);
    },
  );

  it('of parking is what its cap left of it', () => {
    const [energy, flat, parking] = cdr().lines as [CdrLine, CdrLine, CdrLine];
    const taken = { component: 'DAY_CAP', amountBeforeTaxes: '-0.5', amountInclTaxes: '-0.595' } as const;
    const capped = cdr({
      lines: [energy, flat, { ...parking, amountBeforeTaxes: '1', amountInclTaxes: '1.19' }, line(taken)],
    });
    expect(told('2.2.1', capped)).toMatchObject({
      total_energy_cost: { excl_vat: 4.5, incl_vat: 5.355 },
      total_parking_cost: { excl_vat: 0.5, incl_vat: 0.595 },
    });
  });

  it('names every tax that the CDR tells apart, also in a credit', () => {
    const tax = (percentage: string, amount: string) => ({ name: 'VAT', percentage, amount });
    const mixed = cdr({ taxes: [tax('19', '1'), tax('7', '0.24')] });
    expect(told('2.3.0', mixed).total_cost).toEqual({
      before_taxes: 6.54,
      taxes: [
        { name: 'VAT', percentage: 19, amount: 1 },
        { name: 'VAT', percentage: 7, amount: 0.24 },
      ],
    });
    expect(() => fits['2.3.0'](JSON.parse(JSON.stringify(told('2.3.0', mixed))))).not.toThrow();
    const credit = cdr({ kind: 'credit', totalBeforeTaxes: '-6.54', taxes: [tax('19', '-1.24')] });
    expect(told('2.3.0', credit).total_cost).toEqual({
      before_taxes: -6.54,
      taxes: [{ name: 'VAT', percentage: 19, amount: -1.24 }],
    });
  });

  it('names no rate when there were several, and no tax when there was none', () => {
    const mixed = cdr({ lines: [line({}), line({ component: 'FLAT', taxPercent: '7' })] });
    expect(told('2.3.0', mixed).total_cost).toEqual({
      before_taxes: 6.54,
      taxes: [{ name: 'VAT', amount: 1.24 }],
    });
    const free = cdr({ lines: [], totalBeforeTaxes: '6.54', totalInclTaxes: '6.54' });
    expect(told('2.3.0', free).total_cost).toEqual({ before_taxes: 6.54, taxes: [] });
  });

  it('is negative in total, and in total only, in a credit, which names what it takes back', () => {
    const original = cdr();
    const lines = original.lines.map((one) => ({
      ...one,
      amountBeforeTaxes: `-${one.amountBeforeTaxes}`,
      amountInclTaxes: `-${one.amountInclTaxes}`,
    }));
    const totals = { totalBeforeTaxes: '-6.54', totalInclTaxes: '-7.78' };
    const about = { kind: 'credit', creditReferenceId: original.cdrId, number: 'CDR-000043' } as const;
    const credit = cdr({ ...totals, ...about, lines, cdrId: '0190a000-0000-7000-8000-000000000009' });
    for (const version of versions) {
      const [made, credited] = [credit, original].map((one) => told(version, one));
      const { total_cost, id: _id, invoice_reference_id: _number, ...rest } = credited!;
      expect(made).toMatchObject({ ...rest, credit: true, credit_reference_id: original.cdrId });
      expect(fits[version](made)).toBe(made);
      expect(total_cost).not.toEqual(made!.total_cost);
    }
    expect(told('2.2.1', credit).total_cost).toEqual({ excl_vat: -6.54, incl_vat: -7.78 });
    expect(told('2.3.0', credit).total_cost).toEqual({
      before_taxes: -6.54,
      taxes: [{ name: 'VAT', percentage: 19, amount: -1.24 }],
    });
  });

  it('says nothing of components that were not priced', () => {
    expect(told('2.2.1', cdr())).not.toHaveProperty('total_time_cost');
  });
});

describe('the tariff', () => {
  it('says in 2.2.1 that caps contain taxes, where prices never do', () => {
    const caps = [{ type: 'PARKING_TIME', per: 'DAY', price: 11.9 }];
    const tariff = { ...cdr().tariff, chargemesh: { idle_grace: 60, caps } };
    expect(told('2.2.1', cdr({ tariff })).tariffs).toMatchObject([
      { chargemesh: { idle_grace: 60, caps: [{ ...caps[0], tax_included: 'YES' }] } },
    ]);
    expect(told('2.3.0', cdr({ tariff })).tariffs).toMatchObject([{ chargemesh: { idle_grace: 60, caps } }]);
  });

  it.each<[string, object, object, object]>([
    [
      'of 2.3.0',
      { before_taxes: 1, after_taxes: 1.19 },
      { excl_vat: 1, incl_vat: 1.19 },
      { before_taxes: 1, after_taxes: 1.19 },
    ],
    [
      'of 2.2.1',
      { excl_vat: 1, incl_vat: 1.19 },
      { excl_vat: 1, incl_vat: 1.19 },
      { before_taxes: 1, after_taxes: 1.19 },
    ],
    ['before taxes only', { before_taxes: 1, after_taxes: null }, { excl_vat: 1 }, { before_taxes: 1 }],
  ])('has limits in the words of the version, published in those %s', (_, limit, older, newer) => {
    const tariff = { ...cdr().tariff, min_price: limit, max_price: limit };
    expect(told('2.2.1', cdr({ tariff })).tariffs).toMatchObject([{ min_price: older, max_price: older }]);
    const [made] = told('2.3.0', cdr({ tariff })).tariffs ?? [];
    expect([made?.['min_price'], made?.['max_price']]).toEqual([newer, newer]);
    for (const version of versions) expect(() => fits[version](told(version, cdr({ tariff })))).not.toThrow();
  });

  it('always has step sizes, and times in UTC, and nothing that is null', () => {
    const elements = [
      {
        price_components: [
          { type: 'ENERGY', price: 1, vat: null },
          { type: 'FLAT', price: 1 },
        ],
        restrictions: null,
      },
    ];
    const tariff = { ...cdr().tariff, elements, end_date_time: '2027-01-01T00:00:00+01:00' };
    for (const version of versions) {
      const [made] = told(version, cdr({ tariff })).tariffs ?? [];
      expect(made).toMatchObject({
        end_date_time: '2026-12-31T23:00:00.000Z',
        elements: [{ price_components: [{ step_size: 0 }, { step_size: 1 }] }],
      });
      expect(JSON.stringify(made)).not.toContain('null');
      expect(() => fits[version](told(version, cdr({ tariff })))).not.toThrow();
    }
  });

  it('names no tax in 2.2.1 where none applies', () => {
    const tariff = { ...cdr().tariff, tax_included: 'N/A' };
    const [made] = told('2.2.1', cdr({ tariff })).tariffs ?? [];
    expect(JSON.stringify(made)).not.toContain('vat":19');
    expect(made).toMatchObject({ min_price: { excl_vat: 0.5, incl_vat: 0.5 } });
  });

  it('is more exact in 2.2.1 where four decimals would change a total', () => {
    const elements = [{ price_components: [{ type: 'ENERGY', price: 0.49, vat: 19, step_size: 1 }] }];
    const priceAt = (precision: Precision) =>
      told('2.2.1', cdr({ tariff: { ...cdr().tariff, elements } }), precision).tariffs?.[0]?.['elements'];
    expect(priceAt('4')).toMatchObject([{ price_components: [{ price: 0.4118 }] }]);
    expect(priceAt('9')).toMatchObject([{ price_components: [{ price: 0.411764706 }] }]);
    expect(priceAt('9-up')).toMatchObject([{ price_components: [{ price: 0.411764706 }] }]);
  });

  it('stays as it is in 2.3.0', () => {
    expect(told('2.3.0', cdr()).tariffs).toEqual([cdr().tariff]);
  });

  it('is told without taxes in 2.2.1', () => {
    const [tariff] = told('2.2.1', cdr()).tariffs ?? [];
    expect(tariff).toMatchObject({
      min_price: { excl_vat: 0.5, incl_vat: 0.595 },
      elements: [{ price_components: [{ type: 'ENERGY', price: 0.5, vat: 19, step_size: 1 }] }],
    });
    expect(tariff).not.toHaveProperty('tax_included');
  });
});

describe('the charging periods', () => {
  const periods = (more: Partial<BilledCdr>) => told('2.2.1', cdr(more)).charging_periods;

  it('are those that were measured, in charging and parking time', () => {
    expect(periods({})).toEqual([
      {
        start_date_time: '2026-03-01T10:00:00.000Z',
        dimensions: [
          { type: 'ENERGY', volume: 10.001 },
          { type: 'TIME', volume: 1 },
        ],
        tariff_id: cdr().tariffId,
      },
      {
        start_date_time: '2026-03-01T11:00:00.000Z',
        dimensions: [
          { type: 'ENERGY', volume: 0 },
          { type: 'PARKING_TIME', volume: 0.3333 },
        ],
        tariff_id: cdr().tariffId,
      },
    ]);
  });

  const cut = (precision: Precision) => {
    const at = (time: string) => `2026-03-01T${time}Z`;
    const thirds = [0, 1, 2].map((index) => ({
      startedAt: at(`10:${String(index * 20).padStart(2, '0')}:00`),
      endedAt: at(index === 2 ? '11:00:00' : `10:${(index + 1) * 20}:00`),
      energyWh: index === 1 ? 3_333.666666 : 3_333.666667,
      kind: 'charging' as const,
    }));
    const made = ocpiCdr(cdr(), cpo, { version: '2.2.1', periods: thirds, precision, lastUpdated: UPDATED });
    return made.charging_periods.map(({ dimensions }) => dimensions[0]?.volume ?? 0);
  };

  it('add up though each is rounded, to four decimals or as exact as a price needs it', () => {
    expect(cut('4')).toEqual([3.3337, 3.3336, 3.3337]);
    expect(cut('9')).toEqual([3.333666667, 3.333666666, 3.333666667]);
  });

  it('carry least and most of power and current while charging, for averages are no dimensions of a CDR', () => {
    const load = { minPowerW: 3_700, maxPowerW: 11_000.1, currentA: 16.25 };
    const [charging, parking] = cdr().periods.map((period) => ({ ...period, ...load }));
    const [first, second] = periods({ periods: [charging!, parking!] });
    expect(first?.dimensions.slice(2)).toEqual([
      { type: 'MIN_POWER', volume: 3.7 },
      { type: 'MAX_POWER', volume: 11.0001 },
      { type: 'MIN_CURRENT', volume: 16.25 },
      { type: 'MAX_CURRENT', volume: 16.25 },
    ]);
    expect(second?.dimensions).toHaveLength(2);
  });

  it('are parking though it is too short for a decimal', () => {
    const short = { startedAt: START, endedAt: '2026-03-01T10:00:00.100Z', energyWh: 0, kind: 'parking' as const };
    expect(periods({ periods: [short] })[0]?.dimensions).toContainEqual({ type: 'PARKING_TIME', volume: 0.0001 });
  });
});

describe('signed values', () => {
  it('come with the key that they were checked with, before their own', () => {
    const values = { signed: [{ data: 'OCMF|{}|{}', publicKey: 'own' }] };
    const keyOf = (more: object) => told('2.3.0', cdr({ ...values, ...more })).signed_data?.public_key;
    expect(keyOf({})).toBe('own');
    expect(keyOf({ signedVerdict: { result: 'no-key', reason: 'key-missing' } })).toBe('own');
    expect(keyOf({ signedVerdict: { result: 'valid', reason: 'verified', publicKey: '00FF' } })).toBe('AP8=');
  });

  const signed = (...data: string[]) => told('2.2.1', cdr({ signed: data.map((it) => ({ data: it })) })).signed_data;

  it('are told plain and in base64, whichever they came in', () => {
    const encoded = Buffer.from('OCMF|{"a":1}|{}').toString('base64');
    expect(signed('OCMF|{"a":1}|{}', encoded)).toEqual({
      encoding_method: 'OCMF',
      signed_values: [
        { nature: 'Start', plain_data: 'OCMF|{"a":1}|{}', signed_data: encoded },
        { nature: 'End', plain_data: 'OCMF|{"a":1}|{}', signed_data: encoded },
      ],
    });
  });

  it('are left out when one is longer than OCPI allows', () => {
    expect(signed('OCMF|', '|'.repeat(5_000))).toBeUndefined();
  });
});

describe('a number', () => {
  it.each([
    ['0.00005', 0.0001],
    ['-0.00005', -0.0001],
    ['0.00004999', 0],
    ['1.23455', 1.2346],
    ['12', 12],
    ['99999999999.99994', 99999999999.9999],
  ])('of %s becomes %d', (decimal, number) => {
    expect(rounded(parseDecimal(decimal))).toBe(number);
  });

  it('of a third of an hour is 0.3333, or nearer, or not less', () => {
    expect(quotient(1n, 3n)).toBe(0.3333);
    expect(quotient(1n, 3n, '9')).toBe(0.333333333);
    expect(quotient(1n, 3n, '9-up')).toBe(0.333333334);
  });
});
