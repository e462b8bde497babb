import { isDeepStrictEqual } from 'node:util';
import {
  MAX_STEPS,
  type Tariff,
  compileTariff,
  marketSeriesOf,
  ownTariffProblems,
  readTariff,
  stepsOf,
  tariffWarnings,
} from '@chargemesh/rating';
import { problem } from '@chargemesh/service';
import { inexactPerMinute } from './per-minute.js';
import { tariffUnfit } from './tariff-unfit.js';
import type { TariffVersion } from './tariff.entity.js';
import type { TariffBody, TariffView } from './tariffs.schema.js';

/** Offline sessions may have begun before their tariff was entered; when it applies is said by its assignment. */
export const SINCE_EVER = new Date(0);

/** Whose tariff it is: the operator as OCPI knows it. */
export interface Publisher {
  readonly operatorId: string;
  readonly countryCode: string;
  readonly partyId: string;
  readonly currency: string;
}

/** What is published of a tariff already. */
export interface Published {
  readonly newest: TariffVersion | null;
  /** The version that is valid from when the next one is to be. */
  readonly valid: TariffVersion | null;
}

/** When a version is published, and from when it is valid. */
export interface Publication {
  readonly now: Date;
  /** Now, or since ever if it is the first. */
  readonly validFrom: Date | undefined;
}

const MOST_BYTES = 150_000;
/** A session that any tariff has to be able to price: a week, with as many periods as a CDR holds. */
const LONG_SESSION = { startMs: 0, endMs: 7 * 86_400_000, periods: 2_500 };

/** Throws the problem of a tariff that cannot be rated or shown. */
export function demandPublishable({ tariff }: Pick<TariffBody, 'tariff'>): void {
  const problems = ownTariffProblems(tariff);
  if (problems.length > 0) throw tariffUnfit('tariff-invalid', problems);
  if (Buffer.byteLength(JSON.stringify(tariff)) > MOST_BYTES) {
    const message = `must be at most ${MOST_BYTES} bytes of JSON, so that a CDR can carry it`;
    throw tariffUnfit('tariff-invalid', [{ code: 'too-large', path: '', message }]);
  }
  const read = readTariff(tariff);
  if (carriesMarketPrices(read)) {
    const message = 'prices of a market come from its price series';
    throw tariffUnfit('tariff-invalid', [{ code: 'contradiction', path: 'elements', message }]);
  }
  if (stepsOf(compileTariff(read, { timeZone: 'UTC' }), LONG_SESSION) > MAX_STEPS) {
    const message = 'has so many elements, times of day and restrictions that a long session could not be priced';
    throw tariffUnfit('tariff-invalid', [{ code: 'too-large', path: 'elements', message }]);
  }
  const inexact = inexactPerMinute(read);
  if (inexact.length > 0) throw tariffUnfit('price-per-minute-inexact', inexact);
}

function carriesMarketPrices({ elements }: Tariff): boolean {
  return elements.some(({ price_components }) => price_components.some(({ chargemesh }) => chargemesh?.spot?.prices));
}

/** Throws the problem of a tariff whose own end is past: it would be billed beyond it from the first session on. */
export function demandNotOver({ tariff: { end_date_time: end } }: Pick<TariffBody, 'tariff'>, now: Date): void {
  if (!end || new Date(end) > now) return;
  const message = 'is past: leave it out, or end the assignment';
  throw tariffUnfit('tariff-invalid', [{ code: 'contradiction', path: 'end_date_time', message }]);
}

/** As it is published: OCPI wants a step size everywhere, and one of 1 rounds nothing that is measured. */
export function completed(tariff: Tariff): Tariff {
  const elements = tariff.elements.map((element) => ({
    ...element,
    price_components: element.price_components.map((component) => ({
      ...component,
      step_size: component.step_size ?? 1,
    })),
  }));
  return { ...tariff, elements };
}

/** What of a tariff may not be meant: where it has no price, what is never reached, and when it is said not to apply. */
export function warningsOf(tariff: Tariff, now: Date): NonNullable<TariffView['warnings']> {
  const said = ['start_date_time', 'end_date_time'].filter((name) => tariff[name as keyof Tariff]);
  const message =
    'sessions outside it are still priced by the tariff, and flagged; an assignment has a beginning and an end';
  return [
    ...tariffWarnings(tariff, now.toISOString().slice(0, 10)).map((warning) => ({ ...warning })),
    ...said.map((path) => ({ code: 'validity' as const, path, message })),
  ];
}

/** Throws the problem of a market that the tariff cannot follow. @param currencies of the operator's price series */
export function demandMarkets(tariff: Tariff, currencies: ReadonlyMap<string, string>): void {
  for (const seriesId of marketSeriesOf(tariff)) {
    const currency = currencies.get(seriesId);
    if (currency === undefined) throw problem('price-series-unknown', { seriesId });
    if (currency !== tariff.currency) throw problem('price-series-currency', { seriesId, currency });
  }
}

/**
 * The version to publish of a tariff, complete as partners need it; undefined when the one that is valid then says the
 * same. Throws the problem of one that cannot be published.
 */
export function nextVersion(
  { newest, valid }: Published,
  tariffId: string,
  { operatorId, countryCode, partyId }: Publisher,
  body: TariffBody,
  { now, validFrom }: Publication,
): TariffVersion | undefined {
  demandPublishable(body);
  demandNotOver(body, now);
  const { name, tariff: given } = body;
  if (newest && validFrom && validFrom < now) throw problem('valid-from-past');
  const own = { country_code: countryCode, party_id: partyId, id: tariffId, tax_included: 'NO' };
  const complete = (updatedAt: unknown) => completed(readTariff({ ...own, last_updated: updatedAt, ...given }));
  const updatedBefore = (valid?.tariff as { last_updated?: string } | undefined)?.last_updated;
  if (valid?.name === name && isDeepStrictEqual(valid.tariff, complete(updatedBefore))) return undefined;
  return {
    tariffId,
    tariffVersion: (newest?.tariffVersion ?? 0) + 1,
    operatorId,
    name,
    currency: given.currency,
    tariff: complete(now.toISOString()),
    validFrom: validFrom ?? (newest ? now : SINCE_EVER),
    publishedAt: now,
  };
}
