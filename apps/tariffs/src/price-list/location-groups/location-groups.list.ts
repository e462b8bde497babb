import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { GROUP_COLUMNS, type KnownGroup } from './location-groups.store.js';

export const locationGroupsList = new ApiList(
  new KeysetList<KnownGroup>({
    from: 'location_groups',
    columns: GROUP_COLUMNS,
    key: { location_group_id: 'uuid' },
  }),
);
