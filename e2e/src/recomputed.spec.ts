import { expect, it } from '@jest/globals';
import { type BilledCdr, ocpiCdr } from '@chargemesh/ocpi';
import { type Session, type Tariff, compileTariff, rate, rateOcpi, tracedLine } from '@chargemesh/rating';
import { type Case, Random, randomCase } from '@chargemesh/rating/testing';

const CASES = 3_000;
const partner = { countryCode: 'DE', partyId: 'ABC' };

/** A case as sessions of ours are: no reservation, and nothing unmeasured in between. OCPI's CDR tells no power. */
function ours({ tariff, circumstances, session }: Case): Case | undefined {
  const periods = session.periods.filter(({ kind }) => kind !== 'reservation');
  const [first, last] = [periods[0], periods.at(-1)];
  const elements = tariff.elements.filter(({ restrictions }) => !restrictions?.reservation);
  const isWhole = periods.every(({ startedAt }, index) => index === 0 || startedAt === periods[index - 1]?.endedAt);
  const asksLoad = /power|current/.test(JSON.stringify(elements));
  if (!first || !last || !isWhole || elements.length === 0 || asksLoad) return undefined;
  const { startedAt, endedAt } = { ...first, endedAt: last.endedAt };
  return { tariff: { ...tariff, elements }, circumstances, session: { startedAt, endedAt, periods } };
}

function cdrOf(tariff: Tariff, { startedAt, endedAt, periods }: Session, timeZone: string): BilledCdr {
  const { currency, totalBeforeTaxes, totalInclTaxes, lines } = rate(compileTariff(tariff, { timeZone }), {
    startedAt,
    endedAt,
    periods,
  });
  const ids = { cdrId: 'C', number: 'N', sessionId: 'S', stationId: 'CS', evseId: 1, transactionId: 'T' };
  const price = { currency, totalBeforeTaxes, totalInclTaxes, lines: lines.map(tracedLine), flags: [], signed: [] };
  const place = { name: 'L', address: 'A', city: 'C', country: 'DEU' };
  const coordinates = { latitude: '52.5', longitude: '13.4' };
  const plug = { standard: 'IEC_62196_T2', format: 'CABLE', powerType: 'DC', maxVoltage: 400, maxAmperage: 100 };
  return {
    ...{ ...ids, ...price, startedAt, endedAt, durationS: 0, parkingS: 0, issuedAt: endedAt },
    energyWh: periods.reduce((sum, { energyWh }) => sum + energyWh, 0),
    periods: periods.flatMap(({ kind, startedAt: from, endedAt: to, energyWh }) =>
      kind === 'reservation' ? [] : [{ startedAt: from, endedAt: to, energyWh, kind }],
    ),
    tariff: { ...tariff, id: 'T', country_code: 'DE', party_id: 'ABC', last_updated: startedAt },
    tariffId: ids.cdrId,
    tariffVersion: 1,
    token: { uid: 'A', type: 'RFID', contractId: 'C', countryCode: 'NL', partyId: 'XYZ' },
    location: { locationId: 'L', ...place, coordinates, timeZone },
    connector: { evseUid: 'E', connectorId: 1, ...plug } as BilledCdr['connector'],
  };
}

it.each(['2.2.1', '2.3.0'] as const)('a partner finds the price of every CDR in its OCPI %s object', (version) => {
  const random = new Random(20_261_123);
  let priced = 0;
  for (let count = 0; count < CASES; count++) {
    const one = ours(randomCase(random));
    // A price that contains taxes has more than four decimals without them, which 2.2.1 cannot say.
    if (!one || (version === '2.2.1' && one.tariff.tax_included !== 'NO')) continue;
    const { timeZone } = one.circumstances;
    const cdr = cdrOf(one.tariff, one.session, timeZone);
    const told = JSON.parse(JSON.stringify(ocpiCdr(version, cdr, partner, new Date(0)))) as { tariffs: unknown[] };
    const again = rateOcpi({ version, timeZone, tariff: told.tariffs[0], cdr: told });
    expect([again.totalBeforeTaxes, again.totalInclTaxes]).toEqual([cdr.totalBeforeTaxes, cdr.totalInclTaxes]);
    if (Number(cdr.totalInclTaxes) > 0) priced++;
  }
  expect(priced).toBeGreaterThan(100);
});
