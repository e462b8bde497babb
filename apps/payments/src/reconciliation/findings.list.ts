import { Uuid, oneOf } from '@chargemesh/contracts';
import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Type } from 'typebox';
import { Finding } from './finding.entity.js';
import { FINDING_KIND_NAMES } from './finding.kinds.js';

/** In the order in which they were found, which their ids tell. */
export const findingsList = new ApiList(
  new KeysetList({
    from: Finding,
    key: { finding_id: 'uuid' },
    time: { id: 'finding_id' },
    filters: {
      kind: 'kind',
      paymentId: 'payment_id',
      status: {
        sql: (status: string) => `t.resolved_at IS ${status === 'open' ? 'NULL' : 'NOT NULL'}`,
        samples: ['open', 'resolved'],
      },
    },
  }),
  {
    order: 'newest',
    filters: {
      kind: Type.Optional(oneOf(...FINDING_KIND_NAMES)),
      paymentId: Type.Optional(Uuid),
      status: Type.Optional(oneOf('open', 'resolved')),
    },
  },
);
