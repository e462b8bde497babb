import { DateTime } from 'luxon';
import { MAX_SPOT_PRICES } from './extension-check.js';
import { parseInstant } from './instant.js';
import { TimeZoneUnknown } from './local-time.js';
import type { Period } from './session.js';
import { QUARTER_HOUR_MS, quarterOf } from './spot.js';
import type { MarketPrice, Tariff } from './tariff.js';

/** The names of the market prices that a tariff asks for. */
export function marketSeriesOf({ elements }: Tariff): string[] {
  const names = elements.flatMap(({ price_components }) =>
    price_components.flatMap(({ chargemesh }) => (chargemesh?.spot ? [chargemesh.spot.series] : [])),
  );
  return [...new Set(names)];
}

/** The starts of the quarter hours in which energy flowed, ascending, up to as many as a tariff can carry prices for. */
export function quartersUsed(periods: readonly Period[]): number[] {
  const starts = new Set<number>();
  const flowing = periods.filter(({ energyWh }) => energyWh > 0);
  const inOrder = flowing.map(({ startedAt, endedAt }) => [parseInstant(startedAt), parseInstant(endedAt)] as const);
  for (const [fromMs, toMs] of inOrder.sort(([a], [b]) => a - b)) {
    starts.add(quarterOf(fromMs));
    for (let startMs = quarterOf(fromMs) + QUARTER_HOUR_MS; startMs < toMs; startMs += QUARTER_HOUR_MS) {
      if (starts.size >= MAX_SPOT_PRICES) break;
      starts.add(startMs);
    }
  }
  return [...starts].slice(0, MAX_SPOT_PRICES);
}

/** The tariff with the market's prices in these quarter hours, as far as they are known. */
export function withMarketPrices(
  tariff: Tariff,
  quarters: readonly number[],
  marketAt: (series: string, startMs: number) => string | undefined,
): Tariff {
  const pricesOf = (series: string): MarketPrice[] =>
    quarters.flatMap((startMs) => {
      const market = marketAt(series, startMs);
      return market === undefined ? [] : [{ from: new Date(startMs).toISOString(), market }];
    });
  const elements = tariff.elements.map((element) => ({
    ...element,
    price_components: element.price_components.map((component) => {
      const spot = component.chargemesh?.spot;
      return spot ? { ...component, chargemesh: { spot: { ...spot, prices: pricesOf(spot.series) } } } : component;
    }),
  }));
  return { ...tariff, elements };
}

/**
 * When a calendar day (`2026-03-29`) begins by the clock of a zone, and how many quarter hours it has: 96, or 92 and 100
 * where the clocks are changed. @throws TimeZoneUnknown
 */
export function quarterHoursOfDay(date: string, timeZone: string): { startMs: number; count: number } {
  const start = DateTime.fromISO(date, { zone: timeZone });
  if (!start.isValid) throw new TimeZoneUnknown(`no day ${date} in ${timeZone.slice(0, 40)}`);
  const startMs = start.toMillis();
  const endMs = start.plus({ days: 1 }).startOf('day').toMillis();
  return { startMs, count: (endMs - startMs) / QUARTER_HOUR_MS };
}
