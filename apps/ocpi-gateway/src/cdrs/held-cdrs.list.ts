import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Type } from 'typebox';
import { type HeldRow, HELD_COLUMNS, IS_HELD } from './held-cdrs.store.js';

const decided = (isDecided: boolean) => (isDecided ? 'decision IS NOT NULL' : IS_HELD);

/** In the order in which they were held or, where they were told anew, told. */
export const heldCdrsList = new ApiList(
  new KeysetList<HeldRow>({
    from: 'cdrs',
    columns: HELD_COLUMNS,
    key: { last_updated: 'timestamptz', position: 'bigint' },
    time: { column: 'last_updated' },
    within: { decided: { sql: decided, samples: [false, true] } },
  }),
  {
    order: 'oldest',
    filters: {
      /** Those that somebody has released or dropped, in place of those that wait. */
      decided: Type.Optional(Type.Boolean({ default: false })),
    },
  },
);
