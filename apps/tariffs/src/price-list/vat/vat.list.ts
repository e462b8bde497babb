import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import type { VatRateView } from './vat.schema.js';

/** The operator's own rates and the standard ones. */
export const vatRatesList = new ApiList(
  new KeysetList<VatRateView>({
    from: (operator) => `(
      SELECT country, valid_from, percentage, 'operator' AS source FROM vat_rates WHERE operator_id = ${operator}
      UNION ALL SELECT country, valid_from, percentage, 'standard' FROM standard_vat_rates)`,
    columns: `t.country, t.valid_from::text AS "validFrom", t.percentage, t.source`,
    key: { country: 'text', valid_from: 'date', source: 'text' },
    readsAll: true,
  }),
);
