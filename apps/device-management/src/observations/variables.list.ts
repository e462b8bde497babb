import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Variable } from './variable.entity.js';

/** Of a station, in the order of their first report. */
export const variablesList = new ApiList(
  new KeysetList({ from: Variable, key: { id: 'bigint' }, within: { stationId: 'station_id' } }),
);
