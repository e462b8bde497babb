import { Injectable } from '@nestjs/common';
import { type Transaction, unnest } from '@chargemesh/persistence';
import { In, LessThanOrEqual } from 'typeorm';
import { TariffDraft, TariffVersion } from './tariff.entity.js';

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

  /** The version that is valid at a time. */
  validAt(tx: Transaction, tariffId: string, at: Date): Promise<TariffVersion | null> {
    const where = { tariffId, validFrom: LessThanOrEqual(at) };
    return tx.manager.findOne(TariffVersion, { where, order: { validFrom: 'DESC', tariffVersion: 'DESC' } });
  }

  draft(tx: Transaction, tariffId: string): Promise<TariffDraft | null> {
    return tx.manager.findOne(TariffDraft, { where: { tariffId } });
  }

  async saveDraft(tx: Transaction, draft: TariffDraft): Promise<void> {
    await tx.manager.upsert(TariffDraft, draft, ['operatorId', 'tariffId']);
  }

  /** @returns whether there was one */
  async dropDraft(tx: Transaction, tariffId: string): Promise<void> {
    await tx.manager.delete(TariffDraft, { tariffId });
  }

  /** The newest version of each of these tariffs. */
  newestOf(tx: Transaction, tariffIds: readonly string[]): Promise<TariffVersion[]> {
    return tx.query<TariffVersion>(
      `SELECT DISTINCT ON (tariff_id) tariff_id AS "tariffId", tariff_version AS "tariffVersion",
         operator_id AS "operatorId", name, currency, tariff, valid_from AS "validFrom", published_at AS "publishedAt"
       FROM tariffs WHERE tariff_id = ANY ($1) ORDER BY tariff_id, tariff_version DESC`,
      [tariffIds],
    );
  }

  draftsOf(tx: Transaction, tariffIds: readonly string[]): Promise<TariffDraft[]> {
    return tx.manager.find(TariffDraft, { where: { tariffId: In([...tariffIds]) } });
  }

  /** These versions, by id and number. */
  load(tx: Transaction, keys: readonly Pick<TariffVersion, 'tariffId' | 'tariffVersion'>[]): Promise<TariffVersion[]> {
    const { from, parameters } = unnest(keys, { tariffId: 'uuid', tariffVersion: 'integer' });
    return tx.prepared<TariffVersion>(
      `SELECT t.tariff_id AS "tariffId", t.tariff_version AS "tariffVersion", t.operator_id AS "operatorId", t.name,
         t.currency, t.tariff, t.valid_from AS "validFrom", t.published_at AS "publishedAt"
       FROM ${from} JOIN tariffs t USING (tariff_id, tariff_version)`,
      parameters,
    );
  }
}
