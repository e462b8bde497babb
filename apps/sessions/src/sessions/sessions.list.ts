import { StationId, anyCase } from '@chargemesh/contracts';
import { type Bind, KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Type } from 'typebox';
import { SessionRow } from '../transactions/session.entity.js';
import { type Look, TO_REVIEW, silentSince, youngestOverdue } from '../transactions/to-review.js';
import { SessionStatus } from './sessions.schema.js';

function toReview(look: Look, bind: Bind): string {
  return TO_REVIEW.replace(':youngest', bind(youngestOverdue(look.now))).replace(':silent', bind(silentSince(look)));
}

const ofToken = (uid: string, bind: Bind): string => `t.token_uid = ${bind(anyCase(uid))}`;

/**
 * In the order in which they were first heard of, which the id of a session tells: `from` and `to` are of that time too,
 * so that nothing comes between two that were listed already.
 */
export const sessionsList = new ApiList(
  new KeysetList({
    from: SessionRow,
    key: { session_id: 'uuid' },
    time: { id: 'session_id' },
    filters: {
      stationId: 'station_id',
      status: 'status',
      tokenUid: { sql: ofToken, samples: ['TOKEN'] },
      toReview: { sql: toReview, samples: [{ now: new Date('2026-11-26'), silentAfterS: 3_600 }] },
    },
  }),
  {
    order: 'newest',
    filters: {
      stationId: Type.Optional(StationId),
      status: Type.Optional(SessionStatus),
      /** In any case, as OCPI compares them. */
      tokenUid: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
      /**
       * Only those that somebody should look at: held, without a start for a quarter of an hour, running and not heard of
       * for long, or flagged with something that may change the bill, such as `late-facts`, `unverified`,
       * `register-ambiguous`, `end-time-doubtful`, `parking-doubtful`, `intervals-doubtful`, `stop-transaction-unknown`
       * or `message-quarantined`; `review` says why.
       */
      toReview: Type.Optional(Type.Boolean()),
    },
  },
);
