import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatDecimal, parseDecimal, round } from '@chargemesh/money';
import { type TestServices, startTestServices } from '@chargemesh/testing';
import { tariffsService } from '../../index.js';
import type { RateView } from './prices.schema.js';

interface Totals {
  readonly beforeTaxes?: string;
  readonly inclTaxes?: string;
}
interface Vector {
  readonly name: string;
  readonly tariff: object;
  readonly cdr: object;
  readonly printed: Totals;
  readonly correct?: Totals;
}

const file = new URL('../../../../../libs/rating/vectors/ocpi.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[] };

const period = (time: string, ...dimensions: [type: string, volume: number][]) => ({
  start_date_time: `2026-03-02T${time}:00Z`,
  dimensions: dimensions.map(([type, volume]) => ({ type, volume })),
});
const cdr = {
  start_date_time: '2026-03-02T10:00:00Z',
  end_date_time: '2026-03-02T11:30:00Z',
  charging_periods: [period('10:00', ['ENERGY', 10.25], ['TIME', 1]), period('11:00', ['PARKING_TIME', 0.5])],
};
const tariff = {
  currency: 'EUR',
  elements: [
    {
      price_components: [
        { type: 'FLAT', price: 1, vat: 19, step_size: 1 },
        { type: 'ENERGY', price: 0.45, vat: 19, step_size: 1 },
        { type: 'PARKING_TIME', price: 6, vat: 19, step_size: 60 },
      ],
    },
  ],
};
const asked = { version: '2.2.1', timeZone: 'Europe/Berlin', tariff, cdr };

/** With all that OCPI has no words for. */
const prices = [{ from: '2026-03-02T10:00:00Z', market: '0.08' }];
const spot = { series: 'day-ahead', factor: 1.1, surcharge: 0.1, floor: 0, cap: 0.6, prices };
const market = { type: 'ENERGY', price: 0.4, vat: 19, step_size: 1, chargemesh: { spot } };
const caps = [{ type: 'PARKING_TIME', per: 'DAY', price: 1.5 }];
const extended = {
  ...asked,
  tariff: {
    ...tariff,
    elements: [{ price_components: [market], restrictions: { max_kwh: 5 } }, ...tariff.elements],
    chargemesh: { idle_grace: 600, caps },
  },
};

/** A tariff with as many times of day as it may have, and a session of a year: each of them would do. */
const clockOf = (minute: number) => new Date(minute * 60_000).toISOString().slice(11, 16);
const restless = {
  currency: 'EUR',
  elements: Array.from({ length: 99 }, (_, index) => ({
    price_components: [{ type: 'TIME', price: 1 }],
    restrictions: { start_time: clockOf(index * 14), end_time: clockOf(index * 14 + 7) },
  })),
};
const aYearAgo = '2025-03-03T10:00:00Z';
const ofAYear = {
  ...cdr,
  start_date_time: aYearAgo,
  charging_periods: [{ ...period('10:00', ['ENERGY', 10]), start_date_time: aYearAgo }],
};

/** As exact as the specification prints it. */
function asPrinted(exact: string, printed: string | undefined): string | undefined {
  if (printed === undefined) return undefined;
  return formatDecimal(round(parseDecimal(exact), printed.split('.')[1]?.length ?? 0));
}

describe('POST /api/tariffs/v1/rate', () => {
  let platform: TestServices;

  beforeAll(async () => {
    platform = await startTestServices([tariffsService]);
  });

  afterAll(() => platform.stop());

  async function post(body: string) {
    const url = `${platform.url}/api/tariffs/v1/rate`;
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const answer = (await response.json()) as RateView & {
      code?: string;
      errors?: { pointer: string; code: string }[];
    };
    return { ...answer, status: response.status, contentType: response.headers.get('content-type') };
  }
  const rate = (body: unknown) => post(JSON.stringify(body));

  it.each(vectors.map((vector) => [vector.name, vector] as const))(
    'rates the worked example of OCPI: %s',
    async (_, { printed, correct, ...example }) => {
      const expected = correct ?? printed;
      for (const version of ['2.2.1', '2.3.0']) {
        // The examples write limits in the words of the version they were taken from.
        if (version === '2.3.0' && JSON.stringify(example.tariff).includes('excl_vat')) continue;
        if (version === '2.2.1' && /before_taxes|tax_included/.test(JSON.stringify(example.tariff))) continue;
        const result = await rate({ version, timeZone: 'UTC', tariff: example.tariff, cdr: example.cdr });
        expect({
          status: result.status,
          beforeTaxes: asPrinted(result.exactBeforeTaxes, expected.beforeTaxes),
          inclTaxes: asPrinted(result.exactInclTaxes, expected.inclTaxes),
        }).toEqual({ status: 200, beforeTaxes: expected.beforeTaxes, inclTaxes: expected.inclTaxes });
      }
    },
  );

  it('answers anyone, with totals and a trace', async () => {
    const result = await rate(asked);
    expect(result).toMatchObject({
      status: 200,
      currency: 'EUR',
      totalBeforeTaxes: '8.61',
      totalInclTaxes: '10.25',
      totals: {
        energy: { volume: '10.25', amountBeforeTaxes: '4.6125' },
        time: { volume: '1', amountBeforeTaxes: '0' },
        parking: { volume: '0.5', amountBeforeTaxes: '3' },
        flat: { amountBeforeTaxes: '1' },
        reservation: { volume: '0', amountBeforeTaxes: '0' },
      },
      taxes: [{ name: 'VAT', percentage: '19', amount: '1.64' }],
    });
    expect(result.trace.map(({ component, sentence }) => [component, sentence])).toEqual([
      ['FLAT', 'Flat fee: €1.19 incl. 19% VAT'],
      ['ENERGY', '10.25 kWh at €0.5355 per kWh: €5.49 incl. 19% VAT'],
      ['PARKING_TIME', '30 min of parking at €7.14 per h: €3.57 incl. 19% VAT'],
    ]);
  });

  it('reads a Session as well, and members that it does not know', async () => {
    const session = { ...cdr, id: 'S1', kwh: 10.25, status: 'COMPLETED', auth_method: 'WHITELIST', extra: [null] };
    expect(await rate({ ...asked, cdr: session })).toMatchObject({ status: 200, totalInclTaxes: '10.25' });
  });

  it.each([
    ['no tariff', { tariff: null }, 422, 'tariff-invalid'],
    ['a negative price', { tariff: priced({ type: 'ENERGY', price: -1 }) }, 422, 'tariff-invalid'],
    ['an absurd price', { tariff: priced({ type: 'ENERGY', price: 1e300 }) }, 422, 'tariff-invalid'],
    ['a price as text', { tariff: priced({ type: 'ENERGY', price: '0.45' }) }, 422, 'tariff-invalid'],
    ['a component that OCPI has not', { tariff: priced({ type: 'energy', price: 1 }) }, 422, 'tariff-invalid'],
    ['10,000 elements', { tariff: { currency: 'EUR', elements: Array(10_000).fill(0) } }, 422, 'tariff-invalid'],
    ['a currency that is none', { tariff: { ...tariff, currency: 'XXY' } }, 422, 'tariff-invalid'],
    ['limits that contradict', { tariff: { ...tariff, ...limits(5, 1) } }, 422, 'tariff-invalid'],
    ['no CDR', { cdr: 7 }, 422, 'cdr-invalid'],
    ['a CDR without an end', { cdr: { ...cdr, end_date_time: undefined } }, 422, 'cdr-invalid'],
    ['a CDR that ends first', { cdr: { ...cdr, end_date_time: '2026-03-02T09:00:00Z' } }, 422, 'cdr-invalid'],
    ['a time that is none', { cdr: { ...cdr, start_date_time: 'noon' } }, 422, 'cdr-invalid'],
    ['negative energy', { cdr: { ...cdr, charging_periods: [period('10:00', ['ENERGY', -1])] } }, 422, 'cdr-invalid'],
    [
      'a dimension of nothing',
      { cdr: { ...cdr, charging_periods: [{ ...period('10:00'), dimensions: [null] }] } },
      422,
      'cdr-invalid',
    ],
    ['more work than anybody may ask for', { tariff: restless, cdr: ofAYear }, 422, 'rating-too-large'],
    ['a time zone that is none', { timeZone: 'Mars/Olympus' }, 422, 'time-zone-unknown'],
    ['a version that is not read', { version: '2.1.1' }, 400, 'bad-request'],
    ['no version', { version: undefined }, 400, 'bad-request'],
  ])('refuses %s with a problem', async (_, change, status, code) => {
    expect(await rate({ ...asked, ...change })).toMatchObject({
      status,
      code,
      contentType: expect.stringMatching(/^application\/problem\+json/),
    });
  });

  it('says of a tariff all that is wrong at once, and where in the body', async () => {
    const wrong = { currency: 'XXY', elements: priced({ type: 'ENERGY', price: -1 }).elements };
    expect(await rate({ ...asked, tariff: wrong })).toMatchObject({
      detail: expect.stringMatching(/^body \/tariff\/currency .*, and 1 more$/),
      errors: [
        { pointer: '/tariff/currency', code: 'unknown-currency', detail: expect.any(String) },
        { pointer: '/tariff/elements/0/price_components/0/price', code: 'negative', detail: expect.any(String) },
      ],
    });
    expect(await rate({ ...asked, tariff: null })).toMatchObject({ errors: [{ pointer: '/tariff' }] });
    expect(await rate({ ...asked, cdr: 7 })).toMatchObject({ errors: [{ pointer: '/cdr', code: 'bad-cdr' }] });
  });

  it('counts with a grace, caps and prices of a market, as a CDR of ours has them', async () => {
    // A quarter of an hour, 2.5625 kWh, at 0.188; 2.4375 at 0.40, 5.25 at 0.45; a fee; 20 minutes at 6.00, 0.50 too many.
    const { status, totalBeforeTaxes, trace } = await rate(extended);
    expect([status, totalBeforeTaxes]).toEqual([200, '6.32']);
    const [fee, ...energy] = trace.map(({ component, price }) => `${component} ${price}`);
    expect([fee, energy]).toEqual([
      'FLAT 1',
      ['ENERGY 0.188', 'ENERGY 0.4', 'ENERGY 0.45', 'PARKING_TIME 6', 'DAY_CAP -0.5'],
    ]);
  });

  it('does not break, whatever is put wherever', async () => {
    const odd = [null, true, -1, 1e21, '', '\u0000', [], [[]], {}, { __proto__: 1 }, '9999-99-99T99:99:99Z'];
    for (const path of pathsIn(extended)) {
      for (const value of odd) {
        const { status } = await rate(withAt(extended, path, value));
        expect([path.join('.'), JSON.stringify(value), status < 500]).toEqual([
          path.join('.'),
          JSON.stringify(value),
          true,
        ]);
      }
    }
  });
});

function priced(component: object) {
  return { currency: 'EUR', elements: [{ price_components: [component] }] };
}

function limits(min: number, max: number) {
  return { min_price: { excl_vat: min }, max_price: { excl_vat: max } };
}

/** Where something stands in a value, the whole excluded. */
function pathsIn(value: unknown, at: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [at];
  return [
    ...(at.length > 0 ? [at] : []),
    ...Object.entries(value).flatMap(([key, item]) => pathsIn(item, [...at, key])),
  ];
}

function withAt(value: unknown, [key, ...rest]: readonly string[], item: unknown): unknown {
  if (key === undefined) return item;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[key] = withAt(copy[key], rest, item);
  return copy;
}

describe('what is open to anyone', () => {
  let platform: TestServices;

  beforeAll(async () => {
    const environment = { OPEN_REQUESTS_PER_MINUTE: '2', TRUSTED_PROXIES: 'loopback' };
    platform = await startTestServices([tariffsService], { environment });
  });

  afterAll(() => platform.stop());

  const from = (address: string, path = 'rate', body = JSON.stringify(asked)) =>
    fetch(`${platform.url}/api/tariffs/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body,
    });

  it('is so for some requests of an address in a minute, and says when to come again', async () => {
    expect([(await from('203.0.113.1')).status, (await from('203.0.113.1', 'signed-data/verify')).status]).toEqual([
      200, 400,
    ]);
    const third = await from('203.0.113.1', 'rate', '{"unread');
    expect(third.status).toBe(429);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await third.json()).toMatchObject({ code: 'too-many-requests' });
    expect((await from('203.0.113.2')).status).toBe(200);
  });
});
