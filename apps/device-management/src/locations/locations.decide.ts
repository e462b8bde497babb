import { isDeepStrictEqual } from 'node:util';
import { problem } from '@chargemesh/service';
import type { Location } from './location.entity.js';
import type { LocationBody } from './locations.schema.js';

/** The location as the body has it, one version on; undefined when that changes nothing. */
export function placed(
  known: Location | null,
  id: { locationId: string; operatorId: string },
  body: LocationBody,
): Location | undefined {
  if (!isTimeZone(body.timeZone)) throw problem('bad-request', { detail: 'timeZone is not a name of an IANA zone' });
  const next: Location = {
    ...id,
    version: (known?.version ?? 0) + 1,
    deleted: false,
    name: body.name,
    address: body.address,
    city: body.city,
    postalCode: body.postalCode ?? null,
    country: body.country,
    coordinates: { latitude: body.coordinates.latitude, longitude: body.coordinates.longitude },
    timeZone: body.timeZone,
    publish: body.publish ?? known?.publish ?? true,
    billVerifiedOnly: body.billVerifiedOnly ?? known?.billVerifiedOnly ?? false,
  };
  return known && isDeepStrictEqual({ ...known, version: next.version }, next) ? undefined : next;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
