import { Currency, DecimalString, Instant, matching, text } from '@chargemesh/contracts';
import { ETag, nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';

/** What tariffs name it by. */
const SeriesId = matching(
  '^[a-z0-9][a-z0-9-]{0,35}$',
  'up to 36 small letters, digits and hyphens, the first of them no hyphen',
);
const Day = Type.String({ format: 'date', pattern: '^20', description: 'a day from 2000 to 2099' });

export const PriceSeriesParams = Type.Object({ seriesId: SeriesId });

export const PriceSeriesBody = Type.Object({
  name: text(100),
  currency: Currency,
  /** IANA name of the zone whose days the prices come in: that of the market. */
  timeZone: text(64),
});
export type PriceSeriesBody = Static<typeof PriceSeriesBody>;

export const PriceSeriesView = Type.Object({
  id: SeriesId,
  ...PriceSeriesBody.properties,
  /** The last day that has prices. */
  lastDay: Type.Optional(Day),
});
export type PriceSeriesView = Static<typeof PriceSeriesView>;
export const priceSeriesTag = new ETag<PriceSeriesView>(({ lastDay: _newest, ...series }) => series);

export const MarketDayParams = Type.Object({ seriesId: SeriesId, day: Day });
export type MarketDayParams = Static<typeof MarketDayParams>;

export const MarketDayBody = Type.Object({
  /** Per kWh, before taxes: one for each quarter hour of the day (96, 92 or 100), or one for each hour. */
  prices: Type.Array(DecimalString, { minItems: 23, maxItems: 100 }),
});
export type MarketDayBody = Static<typeof MarketDayBody>;

export const MarketDayView = Type.Object({
  day: Day,
  startsAt: Instant,
  /** One for each quarter hour. */
  prices: Type.Array(DecimalString),
  /** Sessions that begin from then on are priced by these. */
  importedAt: Instant,
});
export type MarketDayView = Static<typeof MarketDayView>;
export const marketDayTag = new ETag<MarketDayView>();

nameSchemas({ PriceSeriesBody, PriceSeries: PriceSeriesView, MarketDayBody, MarketDay: MarketDayView });
