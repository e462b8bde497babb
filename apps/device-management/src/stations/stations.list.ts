import { Uuid } from '@chargemesh/contracts';
import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Type } from 'typebox';
import { Station } from './station.entity.js';

export const stationsList = new ApiList(
  new KeysetList({
    from: Station,
    where: 'NOT t.deleted',
    key: { station_id: 'text' },
    filters: { locationId: 'location_id', connected: 'connected' },
  }),
  { filters: { locationId: Type.Optional(Uuid), connected: Type.Optional(Type.Boolean()) } },
);
