import { StationId } from '@chargemesh/contracts';
import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Type } from 'typebox';
import { MeterKey } from './meter-key.entity.js';
import { KeyStatus } from './meter-keys.schema.js';

export const meterKeysList = new ApiList(
  new KeysetList({
    from: MeterKey,
    key: { meter_key_id: 'uuid' },
    filters: { stationId: 'station_id', status: 'status' },
  }),
  { filters: { stationId: Type.Optional(StationId), status: Type.Optional(KeyStatus) } },
);
