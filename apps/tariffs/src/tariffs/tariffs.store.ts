import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { MoreThan } from 'typeorm';
import { TariffVersion } from './tariff.entity.js';

const COLUMNS = {
  tariffId: 'uuid',
  tariffVersion: 'integer',
  operatorId: 'uuid',
  name: 'text',
  currency: 'text',
  tariff: 'jsonb',
  validFrom: 'timestamptz',
  publishedAt: 'timestamptz',
} as const;

@Injectable()
export class TariffsStore {
  /** @returns whether the id was free; it may be taken by an operator whose rows are not seen here */
  async add(tx: Transaction, version: TariffVersion): Promise<boolean> {
    const { columns, from, parameters } = unnest([version], COLUMNS);
    const added = await tx.query(
      `INSERT INTO tariffs (${columns}) SELECT ${columns} FROM ${from} ON CONFLICT DO NOTHING RETURNING tariff_id`,
      parameters,
    );
    return added.length > 0;
  }

  newest(tx: Transaction, tariffId: string): Promise<TariffVersion | null> {
    return tx.manager.findOne(TariffVersion, { where: { tariffId }, order: { tariffVersion: 'DESC' } });
  }

  versions(tx: Transaction, tariffId: string, after: number, take: number): Promise<TariffVersion[]> {
    const where = { tariffId, tariffVersion: MoreThan(after) };
    return tx.manager.find(TariffVersion, { where, order: { tariffVersion: 'ASC' }, take });
  }

  /** The newest version of each tariff. */
  async list(tx: Transaction, after: string | undefined, take: number): Promise<TariffVersion[]> {
    return tx.query<TariffVersion>(
      `SELECT DISTINCT ON (tariff_id) tariff_id AS "tariffId", tariff_version AS "tariffVersion",
         operator_id AS "operatorId", name, currency, tariff, valid_from AS "validFrom", published_at AS "publishedAt"
       FROM tariffs WHERE $1::uuid IS NULL OR tariff_id > $1 ORDER BY tariff_id, tariff_version DESC LIMIT $2`,
      [after ?? null, take],
    );
  }

  /** These versions, by id and number. */
  load(tx: Transaction, keys: readonly Pick<TariffVersion, 'tariffId' | 'tariffVersion'>[]): Promise<TariffVersion[]> {
    const { from, parameters } = unnest(keys, { tariffId: 'uuid', tariffVersion: 'integer' });
    return tx.query<TariffVersion>(
      `SELECT t.tariff_id AS "tariffId", t.tariff_version AS "tariffVersion", t.operator_id AS "operatorId", t.name,
         t.currency, t.tariff, t.valid_from AS "validFrom", t.published_at AS "publishedAt"
       FROM ${from} JOIN tariffs t USING (tariff_id, tariff_version)`,
      parameters,
    );
  }
}
