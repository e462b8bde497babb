import { StationId, Uuid, anyCase } from '@chargemesh/contracts';
import { type Bind, KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Type } from 'typebox';
import { Cdr } from './cdr.entity.js';

const ofToken = (uid: string, bind: Bind): string => `t.token_uid = ${bind(anyCase(uid))}`;

/** In the order of their numbers, which is that of their commits: who reads on from the last one misses none. */
export const cdrsList = new ApiList(
  new KeysetList({
    from: Cdr,
    key: { number: 'text' },
    time: { column: 'issued_at', along: 'number' },
    filters: {
      sessionId: 'session_id',
      stationId: 'station_id',
      tokenUid: { sql: ofToken, samples: ['TOKEN'] },
    },
  }),
  {
    order: 'newest',
    filters: {
      sessionId: Type.Optional(Uuid),
      stationId: Type.Optional(StationId),
      /** In any case, as OCPI compares them. */
      tokenUid: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    },
  },
);
