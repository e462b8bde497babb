import { StationId } from '@chargemesh/contracts';
import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Type } from 'typebox';
import { CommandRow } from './command.entity.js';

/** In the order of asking. */
export const commandsList = new ApiList(
  new KeysetList({
    from: CommandRow,
    key: { command_id: 'uuid' },
    time: { id: 'command_id' },
    filters: { stationId: 'station_id' },
  }),
  { order: 'newest', filters: { stationId: Type.Optional(StationId) } },
);
