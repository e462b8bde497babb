import { describe, expect, it } from '@jest/globals';
import { type BilledCdr, type VersionNumber, ocpiCdr } from '@chargemesh/ocpi';
import { type Period, type Tariff, compileTariff, rate, rateOcpi, tracedLine } from '@chargemesh/rating';
import { type Case, Random, randomCase } from '@chargemesh/rating/testing';
import { cdr as testCdr } from '@chargemesh/testing/billing';
import { checkCdr } from './cdr-check.decide.js';

const partner = { countryCode: 'DE', partyId: 'ABC' };
const versions = ['2.2.1', '2.3.0'] as const;
const OPERATOR = '01900000-0000-7000-8000-000000000001';
const token = { uid: 'A', type: 'RFID', contractId: 'C', countryCode: 'NL', partyId: 'XYZ' } as const;

/** A case as sessions of ours are: no reservation, nothing unmeasured in between, one mean of power and current. */
function ours({ tariff, circumstances, session }: Case): Case | undefined {
  const periods = session.periods.flatMap(meant);
  const [first, last] = [periods[0], periods.at(-1)];
  const elements = tariff.elements.filter(({ restrictions }) => !restrictions?.reservation);
  const isWhole = periods.every(({ startedAt }, index) => index === 0 || startedAt === periods[index - 1]?.endedAt);
  if (!first || !last || !isWhole || elements.length === 0) return undefined;
  const { startedAt, endedAt } = { ...first, endedAt: last.endedAt };
  return { tariff: { ...tariff, elements }, circumstances, session: { startedAt, endedAt, periods } };
}

function meant({ minPowerW, minCurrentA, startedAt, endedAt, energyWh, kind }: Period): Period[] {
  if (kind === 'reservation') return [];
  const power = minPowerW === undefined || energyWh % 3 === 0 ? {} : { powerW: minPowerW };
  return [
    { startedAt, endedAt, energyWh, kind, ...power, ...(minCurrentA === undefined ? {} : { currentA: minCurrentA }) },
  ];
}

function cdrOf({ tariff, circumstances: { timeZone }, session }: Case): BilledCdr {
  const { notes: _notes, lines, taxes, ...result } = rate(compileTariff(tariff, { timeZone }), session);
  const { currency, totalBeforeTaxes, totalInclTaxes } = result;
  const own = { id: 'T', country_code: 'DE', party_id: 'ABC', last_updated: session.startedAt };
  const { data } = testCdr(OPERATOR, {
    ...{ currency, totalBeforeTaxes, totalInclTaxes, taxes: [...taxes], lines: lines.map(tracedLine) },
    startedAt: session.startedAt,
    endedAt: session.endedAt,
    energyWh: session.periods.reduce((sum, { energyWh }) => sum + energyWh, 0),
    periods: session.periods as BilledCdr['periods'],
    tariff: { ...tariff, ...own },
  });
  return { ...data, location: { ...data.location, timeZone }, token };
}

function totalsOf(version: VersionNumber, cdr: BilledCdr) {
  const { periods, precisions, held } = checkCdr(cdr, partner);
  const precision = precisions[version];
  if (!precision) return { held: held[version] };
  const made = ocpiCdr(cdr, partner, { version, periods, precision, lastUpdated: new Date(0) });
  const told = JSON.parse(JSON.stringify(made)) as { tariffs: unknown[] };
  const again = rateOcpi({ version, timeZone: cdr.location.timeZone, tariff: told.tariffs[0], cdr: told });
  return { totals: [again.totalBeforeTaxes, again.totalInclTaxes], precision };
}

describe.each(versions)('every CDR in OCPI %s', (version) => {
  it.each([1, 2, 3])('is sent, and a partner finds its price in it to the cent (seed %d)', (seed) => {
    const random = new Random(20_261_123 + seed);
    const precise = new Set<string | undefined>();
    for (let count = 0; count < 300; count++) {
      const one = ours(randomCase(random));
      if (!one) continue;
      const cdr = cdrOf(one);
      const found = totalsOf(version, cdr);
      if ('held' in found) throw new Error(JSON.stringify({ count, held: found.held, one }, undefined, 1));
      expect(found.totals).toEqual([cdr.totalBeforeTaxes, cdr.totalInclTaxes]);
      precise.add(found.precision);
    }
    expect(precise).toContain('4');
  });
});

describe('prices with taxes', () => {
  const tariff = (price: number, currency = 'EUR'): Tariff => ({
    currency,
    tax_included: 'YES',
    elements: [{ price_components: [{ type: 'ENERGY', price, vat: 19, step_size: 1 }] }],
  });
  const [startedAt, endedAt] = ['2026-03-02T10:00:00Z', '2026-03-02T11:00:00Z'];
  const charged = (energyWh: number, of: Tariff): Case => ({
    tariff: of,
    circumstances: { timeZone: 'Europe/Berlin' },
    session: { startedAt, endedAt, periods: [{ startedAt, endedAt, energyWh, kind: 'charging' }] },
  });

  it.each(['EUR', 'JPY', 'KWD'])(
    'are found to the cent in 2.2.1, which has them without, also at ties (%s)',
    (currency) => {
      for (let energyWh = 500; energyWh < 60_000; energyWh += 500) {
        const cdr = cdrOf(charged(energyWh, tariff(currency === 'JPY' ? 49 : 0.49, currency)));
        expect(totalsOf('2.2.1', cdr)).toMatchObject({ totals: [cdr.totalBeforeTaxes, cdr.totalInclTaxes] });
      }
    },
  );
});

describe('what cannot be sent rightly', () => {
  const cdr = () => cdrOf(ours(randomCase(new Random(4))) ?? never());
  const heldOf = (more: Partial<BilledCdr>) => checkCdr({ ...cdr(), ...more }, partner).held;

  it('is held with its reason: a total that does not follow from the tariff', () => {
    const { totalBeforeTaxes } = cdr();
    const held = heldOf({ totalBeforeTaxes: '9999.00' });
    expect(held['2.2.1']).toContain(`totalBeforeTaxes is 9999.00, and ${totalBeforeTaxes} by its tariff and periods`);
    expect(Object.keys(held)).toEqual([...versions]);
  });

  it.each<[string, Partial<BilledCdr>, string]>([
    ['a token that OCPI has no room for', { token: { ...token, uid: 'x'.repeat(37) } }, '/cdr_token/uid'],
    [
      'an address that OCPI has no room for',
      { location: { ...cdr().location, address: 'x'.repeat(46) } },
      '/cdr_location/address',
    ],
    ['a tariff that cannot be read', { tariff: { ...cdr().tariff, currency: 'XXY' } }, 'currency: must be'],
  ])('is held with its reason: %s', (_, more, reason) => {
    const held = heldOf(more);
    for (const version of versions) expect(held[version]?.[0]).toContain(reason);
  });

  it('is held with what it credits', () => {
    const { held, precisions } = checkCdr(cdr(), partner, ['2.2.1']);
    expect(held).toEqual({ '2.2.1': ['the CDR that it credits is held'] });
    expect(Object.keys(precisions)).toEqual(['2.3.0']);
  });
});

function never(): never {
  throw new Error('no case');
}
