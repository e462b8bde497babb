import {
  CdrLine,
  CountryCode,
  Currency,
  DecimalString,
  EvseId,
  Instant,
  PartyId,
  StationId,
  TokenType,
  Uuid,
  text,
  oneOf,
} from '@chargemesh/contracts';
import { LANGUAGES } from '@chargemesh/rating';
import { Type, type Static } from 'typebox';

const DAY_S = 86_400;

/** Where it would be charged: a station, with or without the EVSE, or any station of a location. */
export const QuoteBody = Type.Object({
  stationId: Type.Optional(StationId),
  evseId: Type.Optional(EvseId),
  locationId: Type.Optional(Uuid),
  /** Whose price: an ad hoc customer's, or that of a kind of token; everybody's, if absent. */
  tokenKind: Type.Optional(TokenType),
  /** The token's contract, with what is known of it. */
  token: Type.Optional(
    Type.Object({
      countryCode: CountryCode,
      partyId: PartyId,
      contractId: Type.Optional(text(36)),
      groupId: Type.Optional(text(36)),
    }),
  ),
  /** Now, if absent. */
  startAt: Type.Optional(Instant),
  /** Expected charging time, in seconds. */
  durationS: Type.Integer({ minimum: 0, maximum: 30 * DAY_S }),
  /** Expected time plugged in afterwards, in seconds. */
  parkingS: Type.Optional(Type.Integer({ minimum: 0, maximum: 30 * DAY_S })),
  energyWh: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }),
  /** Expected while charging, in A over all phases; prices by current apply only where it is given. */
  currentA: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })),
  /** Of the sentences; the location's, if absent. */
  language: Type.Optional(oneOf(...LANGUAGES)),
});
export type QuoteBody = Static<typeof QuoteBody>;

export const QuoteView = Type.Object({
  tariffId: Uuid,
  tariffVersion: Type.Integer({ minimum: 1 }),
  currency: Currency,
  totalBeforeTaxes: DecimalString,
  totalInclTaxes: DecimalString,
  lines: Type.Array(CdrLine),
  /** The lines in words, for a driver. */
  sentences: Type.Array(text(300)),
  /** What the bill would be flagged with: `outside-validity`, `current-unknown`, `unpriced-energy`, … */
  notes: Type.Array(text(40)),
});
export type QuoteView = Static<typeof QuoteView>;
