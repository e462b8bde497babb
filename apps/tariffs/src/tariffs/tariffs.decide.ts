import { isDeepStrictEqual } from 'node:util';
import { type Tariff, marketSeriesOf, readTariff, tariffProblems } from '@chargemesh/rating';
import { problem } from '@chargemesh/service';
import { inexactPerMinute } from './per-minute.js';
import type { TariffVersion } from './tariff.entity.js';
import type { TariffBody } from './tariffs.schema.js';

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

/** Throws the problem of a tariff that cannot be rated or shown. */
export function demandPublishable({ tariff }: Pick<TariffBody, 'tariff'>): void {
  const problems = tariffProblems(tariff);
  if (problems.length > 0) throw problem('tariff-invalid', { problems });
  if (Buffer.byteLength(JSON.stringify(tariff)) > MOST_BYTES) {
    const message = `must be at most ${MOST_BYTES} bytes of JSON, so that a CDR can carry it`;
    throw problem('tariff-invalid', { problems: [{ code: 'too-large', path: 'tariff', message }] });
  }
  const read = readTariff(tariff);
  if (carriesMarketPrices(read)) {
    const message = 'prices of a market come from its price series';
    throw problem('tariff-invalid', { problems: [{ code: 'contradiction', path: 'elements', message }] });
  }
  const inexact = inexactPerMinute(read);
  if (inexact.length > 0) throw problem('price-per-minute-inexact', { problems: inexact });
}

function carriesMarketPrices({ elements }: Tariff): boolean {
  return elements.some(({ price_components }) => price_components.some(({ chargemesh }) => chargemesh?.spot?.prices));
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
  const { name, tariff: given } = body;
  if (newest && validFrom && validFrom < now) throw problem('valid-from-past');
  const own = { country_code: countryCode, party_id: partyId, id: tariffId, tax_included: 'NO' };
  const complete = (updatedAt: unknown) => readTariff({ ...own, last_updated: updatedAt, ...given });
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
