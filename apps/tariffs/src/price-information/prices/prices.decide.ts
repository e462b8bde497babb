import {
  type Language,
  OcpiCdrInvalid,
  type Period,
  type Session,
  SessionInvalid,
  TariffInvalid,
  TimeZoneUnknown,
  isValidAt,
  rate,
  rateOcpi,
  shownPrices,
  traceSentences,
  traceTeller,
  tracedLine,
} from '@chargemesh/rating';
import { problem, unfit } from '@chargemesh/service';
import type { Customer } from '../../price-list/assignments/assignments.store.js';
import { compiledFor } from '../../price-list/pricing/compiled.js';
import { tariffUnfit } from '../../price-list/tariffs/tariff-unfit.js';
import type { TaxedVersion } from '../../price-list/pricing/pin.js';
import type { PriceQuery } from '../../price-list/pricing/price-at.store.js';
import type { PriceAt } from '../../price-list/pricing/price-book.service.js';
import { localeOf } from './locale.js';
import type { PriceDisplayQuery, PriceDisplayView, QuoteBody, QuoteView, RateBody, RateView } from './prices.schema.js';

/** The price that applies somewhere. */
export type KnownPrice = PriceAt & { readonly version: TaxedVersion };

/**
 * Of nobody in particular the price is everybody's, and of no time in particular it is that of now. Throws the problem of
 * naming no place, or several.
 */
export function priceQueryOf(
  { stationId, evseId, locationId, tokenKind, token, startAt }: PriceDisplayQuery & Pick<QuoteBody, 'token'>,
  now: Date,
): PriceQuery {
  const isOne = (stationId === undefined) !== (locationId === undefined);
  if (!isOne || (stationId === undefined && evseId !== undefined))
    throw problem('bad-request', {
      detail: 'name either a stationId, with or without an evseId, or a locationId',
    });
  const customer: Customer | undefined =
    tokenKind === undefined && token === undefined ? undefined : { type: tokenKind ?? 'OTHER', ...token };
  return { stationId, evseId, locationId, customer, at: startAt === undefined ? now : new Date(startAt) };
}

export function placeNotThere({ stationId, locationId }: PriceQuery) {
  return problem('not-found', stationId === undefined ? { locationId } : { stationId });
}

/** Charged evenly, then parked. */
export function expectedSession(at: Date, { durationS, parkingS = 0, energyWh, currentA }: QuoteBody): Session {
  const moment = (afterS: number): string => new Date(at.getTime() + afterS * 1_000).toISOString();
  const [startedAt, parkedAt, endedAt] = [moment(0), moment(durationS), moment(durationS + parkingS)];
  const load = currentA === undefined ? {} : { currentA };
  const charging: Period = { startedAt, endedAt: parkedAt, energyWh, kind: 'charging', ...load };
  const parking: Period = { startedAt: parkedAt, endedAt, energyWh: 0, kind: 'parking' };
  return { startedAt, endedAt, periods: parkingS > 0 ? [charging, parking] : [charging] };
}

/** What a session costs by a price. Throws the problem of one that cannot be rated. */
export function quoted({ version, timeZone, country }: KnownPrice, session: Session, language?: Language): QuoteView {
  const { tariffId, tariffVersion } = version;
  const tariff = compiledFor(version, timeZone);
  const result = orProblem('', () => rate(tariff, session));
  const { currency, totalBeforeTaxes, totalInclTaxes, lines, notes } = result;
  const sentences = traceSentences(result, localeOf(country, language));
  const totals = { currency, totalBeforeTaxes, totalInclTaxes };
  return { tariffId, tariffVersion, ...totals, lines: lines.map(tracedLine), sentences, notes: [...notes] };
}

/** A price as it is shown before a session. */
export function displayed({ version, timeZone, country }: KnownPrice, at: Date, language?: Language): PriceDisplayView {
  const { tariffId, tariffVersion, currency, tariff } = version;
  const locale = localeOf(country, language);
  const prices = shownPrices(tariff, locale, at).map((price) => ({ ...price }));
  const notes = isValidAt(compiledFor(version, timeZone), at) ? [] : ['outside-validity'];
  return { tariffId, tariffVersion, currency, locale, prices, notes };
}

/** What a CDR costs by a tariff that comes with it. Throws the problem of a tariff or a CDR that cannot be rated. */
export function rated(body: RateBody): RateView {
  const { lines, taxes, notes, ...result } = orProblem('/cdr', () => rateOcpi(body));
  const tell = traceTeller(result.currency, body.language);
  const trace = lines.map((line) => ({
    ...line,
    taxes: [...line.taxes],
    notes: [...line.notes],
    sentence: tell(line),
  }));
  return { ...result, taxes: [...taxes], notes: [...notes], trace };
}

/** @param pointer to what the body says was used */
function orProblem<Result>(pointer: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw problemOf(error, pointer);
  }
}

/** The problem of what cannot be rated; any other error as it is. */
function problemOf(error: unknown, pointer: string): unknown {
  if (error instanceof TariffInvalid) return tariffUnfit('tariff-invalid', error.problems);
  if (error instanceof TimeZoneUnknown) return problem('time-zone-unknown', { detail: error.message });
  if (error instanceof SessionInvalid && (error.code === 'too-much-work' || error.code === 'too-many-changes')) {
    return problem('rating-too-large', { detail: error.message });
  }
  if (error instanceof OcpiCdrInvalid || error instanceof SessionInvalid) {
    const { code, message } = error;
    return unfit('cdr-invalid', 'body', [{ pointer, code, detail: message }]);
  }
  return error;
}
