import { StationId, Uuid, anyCase, anyCaseSql } from '@chargemesh/contracts';
import { type Bind, KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Type } from 'typebox';
import { Cdr } from './cdr.entity.js';

const TOKEN = anyCaseSql(`(t.document -> 'token' ->> 'uid')`);
const ofToken = (uid: string, bind: Bind): string => `${TOKEN} = ${bind(anyCase(uid))}`;

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
