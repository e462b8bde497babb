import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Location } from './location.entity.js';

export const locationsList = new ApiList(
  new KeysetList({ from: Location, where: 'NOT t.deleted', key: { location_id: 'uuid' } }),
);
