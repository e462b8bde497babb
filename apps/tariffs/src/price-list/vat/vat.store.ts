import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { localDay } from './local-day.js';
import type { VatRateBody, VatRateParams, VatRateView } from './vat.schema.js';

/** Where and when a rate is asked for. */
export interface TaxPlace {
  readonly id: string;
  readonly operatorId: string;
  /** ISO 3166-1 alpha-3. */
  readonly country: string;
  readonly timeZone: string;
  readonly at: Date;
}

/** In SQL the rate of a row with operator_id, country and day: the operator's own, else the standard one. */
export const VAT_OF_ROWS = `
  COALESCE(
    (SELECT percentage FROM vat_rates v WHERE v.operator_id = rows.operator_id AND v.country = rows.country
       AND v.valid_from <= rows.day ORDER BY v.valid_from DESC LIMIT 1),
    (SELECT percentage FROM standard_vat_rates v WHERE v.country = rows.country
       AND v.valid_from <= rows.day ORDER BY v.valid_from DESC LIMIT 1))`;

@Injectable()
export class VatStore {
  /** The rates of these places and times in percent, by id, where there is one. */
  async at(tx: Transaction, places: readonly TaxPlace[]): Promise<Map<string, string>> {
    const rows = places.map(({ at, timeZone, ...place }) => ({ ...place, day: localDay(at, timeZone) }));
    const { from, parameters } = unnest(rows, { id: 'text', operatorId: 'uuid', country: 'text', day: 'date' });
    const found = await tx.prepared<{ id: string; percent: string | null }>(
      `SELECT rows.id, ${VAT_OF_ROWS} AS percent FROM ${from}`,
      parameters,
    );
    return new Map(found.flatMap(({ id, percent }) => (percent === null ? [] : [[id, percent]])));
  }

  /** The operator's own of exactly that day. */
  async find(tx: Transaction, { country, validFrom }: VatRateParams): Promise<VatRateView | undefined> {
    const [rate] = await tx.query<Pick<VatRateView, 'percentage'>>(
      'SELECT percentage::text FROM vat_rates WHERE country = $1 AND valid_from = $2',
      [country, validFrom],
    );
    return rate && { country, validFrom, ...rate, source: 'operator' };
  }

  async save(tx: Transaction, operatorId: string, rate: VatRateParams & VatRateBody): Promise<void> {
    await tx.query(
      `INSERT INTO vat_rates (operator_id, country, valid_from, percentage) VALUES ($1, $2, $3, $4)
       ON CONFLICT (operator_id, country, valid_from) DO UPDATE SET percentage = EXCLUDED.percentage`,
      [operatorId, rate.country, rate.validFrom, rate.percentage],
    );
  }

  async remove(tx: Transaction, { country, validFrom }: VatRateParams): Promise<void> {
    await tx.query('DELETE FROM vat_rates WHERE country = $1 AND valid_from = $2', [country, validFrom]);
  }
}
