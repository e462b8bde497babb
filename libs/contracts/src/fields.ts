import { Type, type TSchema } from 'typebox';

/** Text of a pattern; `what` completes "must be …" for whoever sends something else, and tells readers of the API. */
export function matching(pattern: string, what: string, more: { minLength?: number; maxLength?: number } = {}) {
  return Type.String({ ...more, pattern, description: what });
}

/** RFC 3339 instant in UTC, with `Z`. */
export const Instant = Type.String({ format: 'date-time', maxLength: 32 });
export const Uuid = Type.String({ format: 'uuid' });
/** A UUID that a client chose or names; in lower case only, since it becomes a key that is compared as text. */
export const ChosenUuid = Type.String({
  format: 'uuid',
  pattern: '^[0-9a-f-]{36}$',
  description: 'a UUID in lower case',
});
/** Unique in an installation; OCPP 2.x identifierString, at most 48 characters. */
export const StationId = matching('^[^:/\\s]+$', 'text without colons, slashes and spaces', {
  minLength: 1,
  maxLength: 48,
});
/** EVSE number within a station, from 1; 0 is the station itself. OCPP 1.6 connectors map one to one to EVSEs. */
export const EvseId = Type.Integer({ minimum: 0, maximum: 1_000_000 });
/** Connector number within its EVSE, from 1. */
export const ConnectorId = Type.Integer({ minimum: 0, maximum: 1_000_000 });
/** OCPP 2.x transaction id; a 1.6 id is its decimal spelling. */
/** OCPP 2.x has room for 36 characters; what stations make up beyond is kept. */
export const TransactionId = Type.String({ minLength: 1, maxLength: 255 });
/** Energy in whole watt-hours. */
export const WattHours = Type.Integer({ minimum: 0 });
/** Exact decimal in plain notation, as a string so that no reader rounds it. */
export const DecimalString = matching(
  '^-?\\d{1,18}(\\.\\d{1,18})?$',
  'a decimal number as text, with at most 18 digits before and after the point, such as "0.39"',
);
export const Currency = matching('^[A-Z]{3}$', 'an ISO 4217 code, such as EUR');
export const CountryCode = matching('^[A-Z]{2}$', 'an ISO 3166-1 alpha-2 code, such as DE');
/** ISO 3166-1 alpha-3, as OCPI's locations have it. */
export const Country = matching('^[A-Z]{3}$', 'an ISO 3166-1 alpha-3 code, such as DEU');
/** OCPI party id: eMI3 operator id without the country. */
export const PartyId = matching('^[A-Z0-9]{3}$', 'an OCPI party id: three capital letters or digits, such as ABC');
/** By the clock of a place. */
export const TimeOfDay = matching('^([01]\\d|2[0-3]):[0-5]\\d$', 'a time of day, such as 18:15');
/** SHA-256, keyed or not. */
export const Sha256 = matching('^[0-9a-f]{64}$', 'a SHA-256 in 64 hexadecimal digits of lower case');
/** IANA zone name, e.g. `Europe/Berlin`. */
export const TimeZone = Type.String({ minLength: 1, maxLength: 255 });
/** Rises by one with every change of an aggregate; readers apply only higher ones. */
export const Version = Type.Integer({ minimum: 1 });

/** Why somebody did something, for those who read it later. */
export const Note = matching('\\S', 'text that is not empty', { minLength: 1, maxLength: 500 });

/** Free text of bounded length. */
export function text(maxLength: number) {
  return Type.String({ maxLength });
}

/** One of a closed list of words. */
export function oneOf<T extends string[]>(...words: T) {
  return Type.Enum<T>(words);
}

export const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);
