import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { TariffVersion } from './tariff.entity.js';

/** What is published or drafted. */
export const tariffsList = new ApiList(
  new KeysetList<{ tariffId: string }>({
    from: (operator) => `(
      SELECT tariff_id FROM tariffs WHERE operator_id = ${operator}
      UNION SELECT tariff_id FROM tariff_drafts WHERE operator_id = ${operator})`,
    columns: 't.tariff_id AS "tariffId"',
    key: { tariff_id: 'uuid' },
    readsAll: true,
  }),
);

export const versionsList = new ApiList(
  new KeysetList({ from: TariffVersion, key: { tariff_version: 'integer' }, within: { tariffId: 'tariff_id' } }),
  { order: 'oldest' },
);
