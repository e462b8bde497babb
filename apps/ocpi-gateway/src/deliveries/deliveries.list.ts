import { oneOf, text } from '@chargemesh/contracts';
import { moduleIds } from '@chargemesh/ocpi';
import { type LoggedCall, LOGGED_COLUMNS, callStates } from '@chargemesh/outbound';
import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Type } from 'typebox';

export const deliveriesList = new ApiList(
  new KeysetList<LoggedCall>({
    from: 'outbound_calls',
    columns: LOGGED_COLUMNS,
    key: { call_id: 'uuid' },
    time: { id: 'call_id' },
    within: { destination: 'destination' },
    filters: {
      module: { sql: (module: string, bind) => `t.body ->> 'module' = ${bind(module)}`, samples: ['cdrs'] },
      state: 'state',
      objectId: { sql: (id: string, bind) => `t.body ->> 'objectId' = ${bind(id)}`, samples: ['an id'] },
    },
  }),
  {
    order: 'newest',
    filters: {
      module: Type.Optional(oneOf(...moduleIds)),
      objectId: Type.Optional(text(100)),
      state: Type.Optional(oneOf(...callStates)),
    },
  },
);
