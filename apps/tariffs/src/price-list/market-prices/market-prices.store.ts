import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import type { ImportedDay } from './market-prices.decide.js';

export interface PriceSeries {
  readonly operatorId: string;
  readonly seriesId: string;
  readonly name: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly lastDay: string | null;
}

/** A part of a series, by the starts of its quarter hours. */
export interface Span {
  readonly operatorId: string;
  readonly seriesId: string;
  readonly since: Date;
  readonly until: Date;
}

export interface Import extends ImportedDay {
  readonly day: string;
}

export const SERIES_COLUMNS = `t.operator_id AS "operatorId", t.series_id AS "seriesId", t.name, t.currency,
  t.time_zone AS "timeZone",
  (SELECT max(day)::text FROM market_prices m WHERE m.operator_id = t.operator_id AND m.series_id = t.series_id)
    AS "lastDay"`;

const IMPORT = `m.operator_id AS "operatorId", m.series_id AS "seriesId", m.day::text, m.starts_at AS "startsAt",
  m.imported_at AS "importedAt", m.prices`;

@Injectable()
export class MarketPricesStore {
  async find(tx: Transaction, seriesId: string): Promise<PriceSeries | undefined> {
    const [series] = await tx.query<PriceSeries>(
      `SELECT ${SERIES_COLUMNS} FROM price_series t WHERE t.series_id = $1`,
      [seriesId],
    );
    return series;
  }

  /** Of these series the currencies, by their ids. */
  async currencies(tx: Transaction, seriesIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await tx.query<Pick<PriceSeries, 'seriesId' | 'currency'>>(
      'SELECT series_id AS "seriesId", currency FROM price_series WHERE series_id = ANY ($1)',
      [seriesIds],
    );
    return new Map(rows.map(({ seriesId, currency }) => [seriesId, currency]));
  }

  async save(tx: Transaction, { operatorId, seriesId, name, currency, timeZone }: PriceSeries): Promise<void> {
    await tx.query(
      `INSERT INTO price_series (operator_id, series_id, name, currency, time_zone) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (operator_id, series_id) DO UPDATE SET name = EXCLUDED.name`,
      [operatorId, seriesId, name, currency, timeZone],
    );
  }

  async add(tx: Transaction, one: Import): Promise<void> {
    const { columns, from, parameters } = unnest([one], {
      operatorId: 'uuid',
      seriesId: 'text',
      day: 'date',
      startsAt: 'timestamptz',
      importedAt: 'timestamptz',
      prices: 'jsonb',
    });
    await tx.query(`INSERT INTO market_prices (${columns}) SELECT ${columns} FROM ${from}`, parameters);
  }

  /** The last import of a day. */
  async newest(tx: Transaction, seriesId: string, day: string): Promise<Import | undefined> {
    const [newest] = await tx.query<Import>(
      `SELECT ${IMPORT} FROM market_prices m WHERE m.series_id = $1 AND m.day = $2 ORDER BY m.imported_at DESC LIMIT 1`,
      [seriesId, day],
    );
    return newest;
  }

  /** All imports of the days that these spans touch; a day has 25 hours at most. */
  async covering(tx: Transaction, spans: readonly Span[]): Promise<Import[]> {
    const { from, parameters } = unnest(spans, {
      operatorId: 'uuid',
      seriesId: 'text',
      since: 'timestamptz',
      until: 'timestamptz',
    });
    return tx.query<Import>(
      `SELECT DISTINCT ${IMPORT} FROM ${from} JOIN market_prices m ON m.operator_id = rows.operator_id
         AND m.series_id = rows.series_id AND m.starts_at <= rows.until AND m.starts_at > rows.since - interval '25 hours'`,
      parameters,
    );
  }
}
