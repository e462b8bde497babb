import { Currency, DecimalString, Instant, LineComponent, oneOf, text } from '@chargemesh/contracts';
import { LANGUAGES, OCPI_VERSIONS } from '@chargemesh/rating';
import { type Static, Type } from 'typebox';

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
