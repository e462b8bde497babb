import { StationId } from '@chargemesh/contracts';
import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Type } from 'typebox';
import { Rollout } from './rollout.entity.js';

/** In the order of asking. */
export const rolloutsList = new ApiList(
  new KeysetList({
    from: Rollout,
    key: { command_id: 'uuid' },
    time: { id: 'command_id' },
    filters: { stationId: 'station_id' },
  }),
  { order: 'newest', filters: { stationId: Type.Optional(StationId) } },
);
