import { StationId } from '@chargemesh/contracts';
import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Type } from 'typebox';
import { TOLD_COLUMNS } from './station-tariffs.store.js';
import type { ToldTariff } from './told-tariff.js';

export const stationTariffsList = new ApiList(
  new KeysetList<ToldTariff>({
    from: 'station_tariffs',
    columns: TOLD_COLUMNS,
    key: { station_id: 'text', evse_id: 'integer' },
    filters: { stationId: 'station_id' },
  }),
  { filters: { stationId: Type.Optional(StationId) } },
);
