import {
  CdrLine,
  CountryCode,
  Currency,
  DecimalString,
  EvseId,
  Instant,
  LineComponent,
  PartyId,
  StationId,
  TokenType,
  Uuid,
  oneOf,
  text,
} from '@chargemesh/contracts';
import { LANGUAGES, OCPI_VERSIONS } from '@chargemesh/rating';
import { nameSchemas } from '@chargemesh/service';
import { type Static, Type } from 'typebox';

const DAY_S = 86_400;

/** Where, for whom and when a price is asked for. */
const PRICE_QUERY = {
  /** A station, with or without the EVSE, or any station of a location. */
  stationId: Type.Optional(StationId),
  evseId: Type.Optional(EvseId),
  locationId: Type.Optional(Uuid),
  /** Whose price: an ad hoc customer's, or that of a kind of token. */
  tokenKind: Type.Optional(TokenType),
  /** Now, if absent. */
  startAt: Type.Optional(Instant),
  /** Of what is said in words; the location's, if absent. */
  language: Type.Optional(oneOf(...LANGUAGES)),
};

/** By what it is priced. */
const PRICED_BY = {
  tariffId: Uuid,
  tariffVersion: Type.Integer({ minimum: 1 }),
  currency: Currency,
};

/** Without a kind of token: everybody's price. */
export const QuoteBody = Type.Object({
  ...PRICE_QUERY,
  /** The token's contract, with what is known of it. */
  token: Type.Optional(
    Type.Object({
      countryCode: CountryCode,
      partyId: PartyId,
      contractId: Type.Optional(text(36)),
      groupId: Type.Optional(text(36)),
    }),
  ),
  /** Expected charging time, in seconds. */
  durationS: Type.Integer({ minimum: 0, maximum: 30 * DAY_S }),
  /** Expected time plugged in afterwards, in seconds. */
  parkingS: Type.Optional(Type.Integer({ minimum: 0, maximum: 30 * DAY_S })),
  energyWh: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }),
  /** Expected while charging, in A over all phases; prices by current apply only where it is given. */
  currentA: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })),
});
export type QuoteBody = Static<typeof QuoteBody>;

export const QuoteView = Type.Object({
  ...PRICED_BY,
  totalBeforeTaxes: DecimalString,
  totalInclTaxes: DecimalString,
  lines: Type.Array(CdrLine),
  /** The lines in words, for a driver. */
  sentences: Type.Array(text(300)),
  /** What the bill would be flagged with: `outside-validity`, `current-unknown`, `unpriced-energy`, … */
  notes: Type.Array(text(40)),
});
export type QuoteView = Static<typeof QuoteView>;

/** Without a kind of token: ad hoc, for who looks at a display has no contract that is known. */
export const PriceDisplayQuery = Type.Object(PRICE_QUERY);
export type PriceDisplayQuery = Static<typeof PriceDisplayQuery>;

export const PriceDisplayView = Type.Object({
  ...PRICED_BY,
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

export const RateBody = Type.Object({
  /** Of OCPI, in which tariff and CDR are written. */
  version: oneOf(...OCPI_VERSIONS),
  /** IANA name of the location's time zone. */
  timeZone: text(64),
  /** A Tariff as it is published. */
  tariff: Type.Unknown(),
  /** A CDR or a Session with its charging periods; what it claims to cost is not looked at. */
  cdr: Type.Unknown(),
  /** Of the sentences; English, if absent. */
  language: Type.Optional(oneOf(...LANGUAGES)),
});
export type RateBody = Static<typeof RateBody>;

const ComponentTotal = Type.Object({
  /** What was used, priced or not: kWh, hours, or pieces. */
  volume: DecimalString,
  billedVolume: DecimalString,
  /** Exact, not rounded. */
  amountBeforeTaxes: DecimalString,
  amountInclTaxes: DecimalString,
});

const Tax = { name: text(100), percentage: DecimalString };

const Line = Type.Object({
  /** Of the CDR's periods in the order of time; a minimum or maximum price has none. */
  periodIndex: Type.Optional(Type.Integer()),
  lastPeriodIndex: Type.Optional(Type.Integer()),
  startedAt: Instant,
  endedAt: Instant,
  elementIndex: Type.Optional(Type.Integer()),
  component: LineComponent,
  volume: DecimalString,
  unit: oneOf('kWh', 'h', 'piece'),
  stepSize: Type.Optional(Type.Number()),
  billedVolume: DecimalString,
  price: DecimalString,
  taxes: Type.Array(Type.Object(Tax)),
  amountBeforeTaxes: DecimalString,
  amountInclTaxes: DecimalString,
  notes: Type.Array(text(40)),
  /** The line in words, for a driver. */
  sentence: text(300),
});

export const RateView = Type.Object({
  currency: Currency,
  /** Rounded once, half away from zero, to the currency's minor unit. */
  totalBeforeTaxes: DecimalString,
  totalInclTaxes: DecimalString,
  /** The sums of the trace, not rounded. */
  exactBeforeTaxes: DecimalString,
  exactInclTaxes: DecimalString,
  /** The difference of the totals, by tax. */
  taxes: Type.Array(Type.Object({ ...Tax, amount: DecimalString })),
  totals: Type.Object({
    energy: ComponentTotal,
    time: ComponentTotal,
    parking: ComponentTotal,
    flat: ComponentTotal,
    reservation: ComponentTotal,
  }),
  /** In the order of time; the lines add up to the totals. */
  trace: Type.Array(Line),
  notes: Type.Array(text(40)),
});
export type RateView = Static<typeof RateView>;

nameSchemas({ QuoteBody, Quote: QuoteView, PriceDisplay: PriceDisplayView, RateBody, Rating: RateView });
