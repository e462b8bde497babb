import { rowSecurity } from '@chargemesh/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class MarketPrices1700400200001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE price_series (
        operator_id uuid NOT NULL,
        series_id text NOT NULL,
        name text NOT NULL,
        currency text NOT NULL,
        time_zone text NOT NULL,
        PRIMARY KEY (operator_id, series_id)
      );
      ${rowSecurity('price_series')}
      -- Added to, never changed: sessions stay with what was known when they began.
      CREATE TABLE market_prices (
        operator_id uuid NOT NULL,
        series_id text NOT NULL,
        day date NOT NULL,
        imported_at timestamptz NOT NULL,
        starts_at timestamptz NOT NULL,
        -- Per kWh, decimals, one for each quarter hour.
        prices jsonb NOT NULL,
        PRIMARY KEY (operator_id, series_id, day, imported_at),
        FOREIGN KEY (operator_id, series_id) REFERENCES price_series
      );
      CREATE INDEX market_prices_by_start ON market_prices (operator_id, series_id, starts_at);
      ${rowSecurity('market_prices')}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE market_prices, price_series');
  }
}
