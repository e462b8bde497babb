import { describe, expect, it } from '@jest/globals';
import { SessionEnded, SessionUpdated, newEvent } from '@chargemesh/contracts';
import { type BilledCdr, PRECISIONS, ocpiCdr, versionNumbers } from '@chargemesh/ocpi';
import {
  type CompiledTariff,
  type PricedCdr,
  type RatingLine,
  type RatingResult,
  type Tariff,
  compileTariff,
  ocpiDifferences,
  pricedPeriods,
  rate,
  rateOcpi,
  shownPrices,
  verifyTrace,
} from '@chargemesh/rating';
import { Random, iso, randomCase } from '@chargemesh/rating/testing';
import { session, started } from '@chargemesh/testing/billing';
import { cdrOf } from './billing/cdrs/cdrs.decide.js';
import { expectedSession } from './price-information/prices/prices.decide.js';
import type { QuoteBody } from './price-information/prices/prices.schema.js';
import { counted, heard, isTimed, opened } from './billing/running-costs/running-costs.decide.js';
import { statusBy } from './billing/running-costs/told.js';
import type { TaxedVersion } from './price-list/pricing/pin.js';

const OPERATOR = '01900000-0000-7000-8000-000000000001';
const TARIFF_ID = '01930000-0000-7000-8000-000000000021';
const CASES = 80;

/** What is asked in advance, charged at one rate and then parked, and what a station tells of it. */
interface Use {
  readonly tariff: Tariff;
  readonly compiled: CompiledTariff;
  readonly timeZone: string;
  readonly startMs: number;
  readonly asked: QuoteBody;
  /** Seconds after the start at which something is read. */
  readonly readAt: readonly number[];
  readonly powerMeasured: boolean;
}

/** As tariffs of ours are published: without reservations, and exact per minute. */
function publishable(random: Random, tariff: Tariff): Tariff | undefined {
  const elements = tariff.elements
    .filter(({ restrictions }) => !restrictions?.reservation)
    .map((element) => ({
      ...element,
      price_components: element.price_components.map((component) =>
        component.type === 'TIME' || component.type === 'PARKING_TIME'
          ? { ...component, price: Math.round(Math.ceil(component.price / 0.006) * 6) / 1_000 }
          : component,
      ),
    }));
  const own = { country_code: 'DE', party_id: 'ABC', id: 'T1', last_updated: '2026-01-01T00:00:00Z' };
  return elements.length === 0
    ? undefined
    : { ...tariff, ...own, elements, currency: random.pick(['EUR', 'JPY', 'KWD']) };
}

function randomUse(random: Random): Use | undefined {
  const { tariff: any, circumstances, session: around } = randomCase(random);
  const tariff = publishable(random, any);
  if (!tariff) return undefined;
  const [durationS, parkingS] = [random.integer(1, 1_500) * 10, random.chance(0.6) ? random.integer(1, 500) * 10 : 0];
  const energyWh = durationS * random.pick([1, 2, 5, 10]);
  const current = random.chance(0.5) ? { currentA: random.pick([6, 10, 16, 32]) } : {};
  const read = Array.from({ length: random.integer(0, 25) }, () => random.integer(1, durationS + parkingS - 1));
  return {
    ...{ tariff, compiled: compileTariff(tariff, circumstances), timeZone: circumstances.timeZone },
    startMs: Date.parse(around.startedAt),
    asked: { durationS, parkingS, energyWh, ...current },
    readAt: [...new Set(read)].sort((a, b) => a - b),
    powerMeasured: random.chance(0.5),
  };
}

/** Exact, for a whole number of Wh flows in each second. */
const energyAfter = (s: number, { asked: { durationS, energyWh } }: Use) =>
  (Math.min(s, durationS) * energyWh) / durationS;

/** The final session of such a use, with a period between any two readings, and what is told of it until then. */
function told(use: Use) {
  const { asked, startMs, readAt, timeZone, powerMeasured } = use;
  const { durationS, energyWh, currentA } = asked;
  const lengthS = durationS + (asked.parkingS ?? 0);
  const at = (s: number): string => iso(startMs + s * 1_000);
  const edges = [...new Set([0, ...readAt, durationS, lengthS])].sort((a, b) => a - b);
  const load = {
    ...(powerMeasured ? { powerW: (energyWh / durationS) * 3_600 } : {}),
    ...(currentA === undefined ? {} : { currentA }),
  };
  const periods = edges.slice(1).map((toS, index) => {
    const fromS = edges[index] as number;
    const times = { startedAt: at(fromS), endedAt: at(toS) };
    return fromS < durationS
      ? { ...times, energyWh: energyAfter(toS, use) - energyAfter(fromS, use), kind: 'charging' as const, ...load }
      : { ...times, energyWh: 0, kind: 'parking' as const };
  });
  const own = { startedAt: at(0), receivedAt: at(0), endedAt: at(lengthS), energyWh, periods };
  const data = session({ ...own, location: { ...session().location, timeZone } });
  const { sessionId, stationId, evseId, transactionId } = data;
  const idle = (s: number) => (s > durationS ? { idleSince: at(durationS) } : {});
  const events = [...readAt, lengthS].map((s, index) => {
    const of = { sessionId, stationId, evseId, transactionId, version: index + 2 };
    const figures = { ...of, energyWh: energyAfter(s, use), ...idle(s), ...(s <= durationS ? load : {}) };
    const about = { operatorId: OPERATOR, time: at(s) };
    return s === lengthS
      ? newEvent(SessionEnded, { ...about, data: { ...figures, endedAt: at(s), reason: 'Local' } })
      : newEvent(SessionUpdated, { ...about, data: { ...figures, at: at(s) } });
  });
  return { data, events };
}

function versionOf(tariff: Tariff): TaxedVersion {
  const published = { validFrom: new Date(0), publishedAt: new Date(0), name: 'T', operatorId: OPERATOR };
  const { currency } = tariff;
  return {
    ...published,
    tariffId: TARIFF_ID,
    tariffVersion: 1,
    vatPercent: null,
    vatTreatment: null,
    currency,
    tariff,
  };
}

const totals = ({ totalBeforeTaxes, totalInclTaxes }: { totalBeforeTaxes: string; totalInclTaxes: string }) => ({
  totalBeforeTaxes,
  totalInclTaxes,
});

const isEqual = (one: Parameters<typeof totals>[0], other: Parameters<typeof totals>[0]) =>
  one.totalBeforeTaxes === other.totalBeforeTaxes && one.totalInclTaxes === other.totalInclTaxes;

/** Counted after every reading, as it is told to a driver. */
function running({ tariff, compiled }: Use, { data, events }: ReturnType<typeof told>) {
  const timed = isTimed(tariff);
  let cost = opened(started(OPERATOR, data), versionOf(tariff), new Date(data.startedAt));
  for (const event of events) {
    const now = new Date(event.time);
    cost = counted(heard(cost, event, now), compiled, timed, now);
  }
  return cost;
}

/** What a partner finds wrong in the CDR, with the fewest decimals that give its totals. */
function partnersFindings(cdr: BilledCdr, { compiled, timeZone }: Use, version: (typeof versionNumbers)[number]) {
  const periods = pricedPeriods(compiled, cdr) as BilledCdr['periods'];
  const cpo = { countryCode: 'DE', partyId: 'ABC' };
  for (const precision of PRECISIONS) {
    const made = ocpiCdr(cdr, cpo, { version, periods, precision, lastUpdated: new Date(0) });
    const sent = JSON.parse(JSON.stringify(made)) as typeof made;
    const [tariff] = sent.tariffs ?? [];
    const { totalBeforeTaxes, totalInclTaxes } = rateOcpi({ version, timeZone, tariff, cdr: sent });
    if (totalBeforeTaxes !== cdr.totalBeforeTaxes || totalInclTaxes !== cdr.totalInclTaxes) continue;
    return ocpiDifferences(version, timeZone, tariff, sent);
  }
  return ['another total'];
}

/** What a line comes to by the price that was shown; undefined where no such price was. */
function byDisplay({ tariff }: Use, line: RatingLine): number | undefined {
  const shown = shownPrices(tariff, 'en', new Date(line.startedAt)).find(
    ({ component, elementIndex }) =>
      component === line.component && (component.endsWith('_CAP') || elementIndex === line.elementIndex),
  );
  if (!shown) return undefined;
  const units = Number(line.billedVolume) * (line.unit === 'h' ? 60 : 1);
  return Number(shown.amount) * units;
}

const BOUNDS = ['DAY_CAP', 'SESSION_CAP', 'MINIMUM', 'MAXIMUM'];

/** Lines of the bill whose price was not shown, or another one. */
function unshown(use: Use, lines: readonly RatingLine[]) {
  return lines
    .map((line) => ({ line, shown: byDisplay(use, line) }))
    .filter(({ line, shown }) => {
      if (shown === undefined) return true;
      return !BOUNDS.includes(line.component) && Math.abs(shown - Number(line.amountInclTaxes)) > 1e-9;
    });
}

/** Whether anything is read while the car charges, and so the current of it. */
const isReadWhileCharging = ({ asked: { durationS, parkingS }, readAt }: Use) =>
  parkingS === 0 || readAt.some((s) => s <= durationS);

/** What does not agree with the quote, by where. */
function disagreements(use: Use, quoted: RatingResult): Record<string, unknown> {
  const { tariff, timeZone, asked } = use;
  const facts = told(use);
  const { data } = facts;
  const draft = cdrOf(data, versionOf(tariff), tariff.currency);
  const cdr = { ...draft, cdrId: data.sessionId, number: 'CDR-000000001', issuedAt: data.endedAt } as BilledCdr;
  const cost = running(use, facts);
  const isProvisional = statusBy(tariff, cost.periods).provisional === true;
  const isShown = !isProvisional || asked.currentA === undefined;
  const lines = unshown(use, quoted.lines);
  const checked = verifyTrace({ ...cdr, location: { ...data.location, timeZone } } as unknown as PricedCdr);
  const ofPartners = versionNumbers.map((version) => [version, partnersFindings(cdr, use, version)] as const);
  return {
    ...(isEqual(cdr, quoted) ? {} : { bill: totals(cdr) }),
    ...(lines.length === 0 ? {} : { display: lines }),
    ...(isEqual(cost, quoted) || !isShown ? {} : { running: totals(cost) }),
    ...(isShown || !isReadWhileCharging(use) ? {} : { provisional: true }),
    ...Object.fromEntries(ofPartners.filter(([, findings]) => findings.length > 0)),
    ...(checked.result === 'equal' ? {} : { check: checked }),
  };
}

describe.each([1, 2, 3, 4])('one price (seed %d)', (seed) => {
  it('is quoted, shown, counted, billed, sent to partners and found again, to the same cent', () => {
    const random = new Random(20_261_126 + seed);
    const seen = { rated: 0, costly: 0, byCurrent: 0 };
    for (let count = 0; count < CASES; count++) {
      const use = randomUse(random);
      if (!use) continue;
      const quoted = rate(use.compiled, expectedSession(new Date(use.startMs), use.asked));
      const found = disagreements(use, quoted);
      if (Object.keys(found).length > 0) {
        const { compiled: _compiled, ...input } = use;
        throw new Error(JSON.stringify({ seed, count, found, quoted: totals(quoted), input }, undefined, 1));
      }
      seen.rated++;
      if (Number(quoted.totalInclTaxes) > 0) seen.costly++;
      if (use.asked.currentA !== undefined && statusBy(use.tariff, []).provisional) seen.byCurrent++;
    }
    expect(seen.costly).toBeGreaterThan(seen.rated / 2);
    expect(seen.byCurrent).toBeGreaterThan(0);
  });
});
