import {
  Currency,
  DecimalString,
  EvseId,
  Instant,
  StationId,
  TokenType,
  Uuid,
  oneOf,
  text,
} from '@chargemesh/contracts';
import { LANGUAGES } from '@chargemesh/rating';
import { Type, type Static } from 'typebox';

/** As a quote: a station, with or without the EVSE, or any station of a location. */
export const PriceDisplayQuery = Type.Object({
  stationId: Type.Optional(StationId),
  evseId: Type.Optional(EvseId),
  locationId: Type.Optional(Uuid),
  /** Ad hoc, if absent: who looks at a display has no contract that is known. */
  tokenKind: Type.Optional(TokenType),
  /** That of the location, if absent. */
  language: Type.Optional(oneOf(...LANGUAGES)),
  /** Now, if absent. */
  startAt: Type.Optional(Instant),
});
export type PriceDisplayQuery = Static<typeof PriceDisplayQuery>;

export const PriceDisplayView = Type.Object({
  tariffId: Uuid,
  tariffVersion: Type.Integer({ minimum: 1 }),
  currency: Currency,
  /** BCP 47. */
  locale: text(10),
  /** Per kWh, per minute, per session, others: the order that AFIR wants. */
  prices: Type.Array(
    Type.Object({
      kind: oneOf('energy', 'minute', 'session', 'other'),
      component: oneOf('ENERGY', 'TIME', 'PARKING_TIME', 'FLAT', 'DAY_CAP', 'SESSION_CAP', 'MINIMUM', 'MAXIMUM'),
      elementIndex: Type.Optional(Type.Integer({ minimum: 0 })),
      /** Exact, of one kWh, one minute, or once, taxes included where they are known. */
      amount: DecimalString,
      taxPercent: Type.Optional(DecimalString),
      text: text(500),
    }),
  ),
  /** `outside-validity`: the tariff says that it is not valid then; sessions are priced by it all the same. */
  notes: Type.Array(text(40)),
});
export type PriceDisplayView = Static<typeof PriceDisplayView>;
