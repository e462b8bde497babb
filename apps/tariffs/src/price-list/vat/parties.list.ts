import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { PARTY_COLUMNS, type VatPartyRow } from './parties.store.js';

export const vatPartiesList = new ApiList(
  new KeysetList<VatPartyRow>({
    from: 'vat_parties',
    columns: PARTY_COLUMNS,
    key: { country_code: 'text', party_id: 'text' },
  }),
);
