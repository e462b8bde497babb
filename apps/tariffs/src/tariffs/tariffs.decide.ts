import { isDeepStrictEqual } from 'node:util';
import { readTariff, tariffProblems } from '@chargemesh/rating';
import { problem } from '@chargemesh/service';
import type { TariffVersion } from './tariff.entity.js';
import type { TariffBody } from './tariffs.schema.js';

/** Offline sessions may have begun before their tariff was entered; when it applies is said by its assignment. */
const SINCE_EVER = new Date(0);

/** Whose tariff it is: the operator as OCPI knows it. */
export interface Publisher {
  readonly operatorId: string;
  readonly countryCode: string;
  readonly partyId: string;
}

/**
 * The version to publish of a tariff, complete as partners need it; undefined when the newest one says the same.
 * Throws the problem of a tariff that cannot be rated.
 */
export function nextVersion(
  newest: TariffVersion | null,
  tariffId: string,
  { operatorId, countryCode, partyId }: Publisher,
  { name, tariff: given }: TariffBody,
  now: Date,
): TariffVersion | undefined {
  const problems = tariffProblems(given);
  if (problems.length > 0) throw problem('tariff-invalid', { problems });
  const own = { country_code: countryCode, party_id: partyId, id: tariffId, tax_included: 'NO' };
  const complete = (updatedAt: unknown) => readTariff({ ...own, last_updated: updatedAt, ...given });
  const updatedBefore = (newest?.tariff as { last_updated?: string } | undefined)?.last_updated;
  if (newest?.name === name && isDeepStrictEqual(newest.tariff, complete(updatedBefore))) return undefined;
  return {
    tariffId,
    tariffVersion: (newest?.tariffVersion ?? 0) + 1,
    operatorId,
    name,
    currency: given.currency,
    tariff: complete(now.toISOString()),
    validFrom: newest ? now : SINCE_EVER,
    publishedAt: now,
  };
}
