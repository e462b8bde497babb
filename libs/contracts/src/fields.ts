import { Type, type TSchema } from 'typebox';

/** RFC 3339 instant in UTC, with `Z`. */
export const Instant = Type.String({ format: 'date-time', maxLength: 32 });
export const Uuid = Type.String({ format: 'uuid' });
/** A UUID that a client chose or names; in lower case only, since it becomes a key that is compared as text. */
export const ChosenUuid = Type.String({ format: 'uuid', pattern: '^[0-9a-f-]{36}$' });
/** Unique in an installation; OCPP 2.x identifierString, at most 48 characters. */
export const StationId = Type.String({ minLength: 1, maxLength: 48, pattern: '^[^:/\\s]+$' });
/** EVSE number within a station, from 1; 0 is the station itself. OCPP 1.6 connectors map one to one to EVSEs. */
export const EvseId = Type.Integer({ minimum: 0, maximum: 1_000_000 });
/** Connector number within its EVSE, from 1. */
export const ConnectorId = Type.Integer({ minimum: 0, maximum: 1_000_000 });
/** OCPP 2.x transaction id; a 1.6 id is its decimal spelling. */
export const TransactionId = Type.String({ minLength: 1, maxLength: 36 });
/** Energy in whole watt-hours. */
export const WattHours = Type.Integer({ minimum: 0 });
/** Exact decimal in plain notation, as a string so that no reader rounds it. */
export const DecimalString = Type.String({ pattern: '^-?\\d{1,18}(\\.\\d{1,18})?$' });
/** ISO 4217 alphabetic code. */
export const Currency = Type.String({ pattern: '^[A-Z]{3}$' });
/** ISO 3166-1 alpha-2. */
export const CountryCode = Type.String({ pattern: '^[A-Z]{2}$' });
/** OCPI party id: three characters, eMI3 operator id without the country. */
export const PartyId = Type.String({ pattern: '^[A-Z0-9]{3}$' });
/** IANA zone name, e.g. `Europe/Berlin`. */
export const TimeZone = Type.String({ minLength: 1, maxLength: 255 });
/** Rises by one with every change of an aggregate; readers apply only higher ones. */
export const Version = Type.Integer({ minimum: 1 });

/** Free text of bounded length. */
export function text(maxLength: number) {
  return Type.String({ maxLength });
}

/** One of a closed list of words. */
export function oneOf<T extends string[]>(...words: T) {
  return Type.Enum<T>(words);
}

export const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);
