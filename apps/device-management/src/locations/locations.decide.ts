import { isDeepStrictEqual } from 'node:util';
import { isCountry } from '@chargemesh/contracts';
import { problem } from '@chargemesh/service';
import { coordinatesProblem, ocpiCoordinates } from './coordinates.js';
import type { Location } from './location.entity.js';
import type { LocationBody } from './locations.schema.js';

/** The location as the body has it, one version on; undefined when that changes nothing. */
export function placed(
  known: Location | null,
  id: { locationId: string; operatorId: string },
  body: LocationBody,
): Location | undefined {
  const wrong = wordProblem(body) ?? coordinatesProblem(body.coordinates) ?? hoursProblem(body.openingTimes);
  if (wrong) throw problem('bad-request', { detail: wrong });
  const next: Location = {
    ...id,
    version: (known?.version ?? 0) + 1,
    deleted: false,
    name: body.name,
    address: body.address,
    city: body.city,
    postalCode: body.postalCode ?? null,
    country: body.country,
    coordinates: ocpiCoordinates(body.coordinates),
    timeZone: body.timeZone,
    ...publicPlace(body),
    publish: body.publish ?? known?.publish ?? true,
    billVerifiedOnly: body.billVerifiedOnly ?? known?.billVerifiedOnly ?? false,
  };
  return known && isDeepStrictEqual({ ...known, version: next.version }, next) ? undefined : next;
}

function publicPlace({
  helpPhone,
  openingTimes,
  nuts1,
}: LocationBody): Pick<Location, 'helpPhone' | 'openingTimes' | 'nuts1'> {
  return { helpPhone: helpPhone ?? null, openingTimes: openingTimes ?? null, nuts1: nuts1 ?? null };
}

function wordProblem({ timeZone, country }: LocationBody): string | undefined {
  if (!isTimeZone(timeZone)) return 'timeZone is not a name of an IANA zone';
  return isCountry(country) ? undefined : 'country is no code of ISO 3166-1 alpha-3, such as DEU';
}

/** OCPI Hours: all the time, or at least one regular period; a period ends after it begins. */
function hoursProblem(times: LocationBody['openingTimes']): string | undefined {
  if (!times) return undefined;
  const { twentyfourseven, regularHours, exceptionalOpenings = [], exceptionalClosings = [] } = times;
  if (twentyfourseven === (regularHours !== undefined))
    return 'openingTimes: regularHours belong to a location that is not open all the time, and are needed there';
  const backwards =
    regularHours?.some(({ periodBegin, periodEnd }) => periodEnd <= periodBegin) ||
    [...exceptionalOpenings, ...exceptionalClosings].some(
      ({ periodBegin, periodEnd }) => Date.parse(periodEnd) <= Date.parse(periodBegin),
    );
  return backwards ? 'openingTimes: a period does not end after it begins' : undefined;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
