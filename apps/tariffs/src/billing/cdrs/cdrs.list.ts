import { StationId, Uuid } from '@chargemesh/contracts';
import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Type } from 'typebox';
import { Cdr } from './cdr.entity.js';

/** In the order of their numbers, which is that of their commits: who reads on from the last one misses none. */
export const cdrsList = new ApiList(
  new KeysetList({
    from: Cdr,
    key: { number: 'text' },
    time: { column: 'issued_at', along: 'number' },
    filters: { sessionId: 'session_id', stationId: 'station_id' },
  }),
  { order: 'newest', filters: { sessionId: Type.Optional(Uuid), stationId: Type.Optional(StationId) } },
);
