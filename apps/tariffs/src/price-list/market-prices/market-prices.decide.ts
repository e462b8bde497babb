import { compare, parseDecimal } from '@chargemesh/money';
import { QUARTER_HOUR_MS, TimeZoneUnknown, quarterHoursOfDay } from '@chargemesh/rating';
import { problem } from '@chargemesh/service';

/** Per kWh; more is a price per MWh. */
const MOST = parseDecimal('1000000');

/** The prices of one day of a series as they were imported at one time. */
export interface ImportedDay {
  readonly operatorId: string;
  readonly seriesId: string;
  readonly startsAt: Date;
  readonly importedAt: Date;
  /** One for each quarter hour. */
  readonly prices: readonly string[];
}

/** Throws the problem of a zone that there is none of. */
export function demandTimeZone(timeZone: string): void {
  quartersOf('2026-01-07', timeZone, 'time-zone-unknown');
}

function quartersOf(day: string, timeZone: string, code: 'time-zone-unknown' | 'bad-request') {
  try {
    return quarterHoursOfDay(day, timeZone);
  } catch (error) {
    throw error instanceof TimeZoneUnknown ? problem(code, { detail: error.message }) : error;
  }
}

/** A day's prices by quarter hours. Throws the problem of too few, too many, or absurd ones. */
export function quarterly(
  day: string,
  timeZone: string,
  prices: readonly string[],
): Pick<ImportedDay, 'startsAt' | 'prices'> {
  const { startMs, count } = quartersOf(day, timeZone, 'bad-request');
  const each = count / prices.length;
  if (each !== 1 && each !== 4) throw problem('market-prices-count', { day, expected: [count, count / 4] });
  const absurd = prices.findIndex((price) => compare(parseDecimal(price).abs(), MOST) > 0);
  if (absurd >= 0) throw problem('bad-request', { detail: `prices[${absurd}] is more than ${MOST.toFixed()} per kWh` });
  return { startsAt: new Date(startMs), prices: prices.flatMap((price) => Array<string>(each).fill(price)) };
}

/** What is known of the prices of markets. */
export class MarketBook {
  private readonly days = new Map<string, ImportedDay[]>();

  constructor(days: readonly ImportedDay[]) {
    const inOrder = [...days].sort((a, b) => a.importedAt.getTime() - b.importedAt.getTime());
    for (const day of inOrder) {
      const name = nameOf(day);
      this.days.set(name, [...(this.days.get(name) ?? []), day]);
    }
  }

  /**
   * The price of a quarter hour for a session that began at a time: the last one that was known then, for what is
   * shown at the start is paid; if there was none, the first that was known before the quarter hour began. So it is the
   * same whenever it is asked for.
   */
  priceAt(series: Pick<ImportedDay, 'operatorId' | 'seriesId'>, startMs: number, began: Date): string | undefined {
    const about = (this.days.get(nameOf(series)) ?? []).flatMap((day) => {
      const price = day.prices[(startMs - day.startsAt.getTime()) / QUARTER_HOUR_MS];
      return price === undefined ? [] : [{ price, importedAt: day.importedAt }];
    });
    const known = about.findLast(({ importedAt }) => importedAt <= began);
    return (known ?? about.find(({ importedAt }) => importedAt.getTime() <= startMs))?.price;
  }
}

function nameOf({ operatorId, seriesId }: Pick<ImportedDay, 'operatorId' | 'seriesId'>): string {
  return `${operatorId}/${seriesId}`;
}
