import { Uuid } from '@chargemesh/contracts';
import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Type } from 'typebox';
import { Dispute } from './dispute.entity.js';

/** In the order in which they were heard of, which their ids tell. */
export const disputesList = new ApiList(
  new KeysetList({
    from: Dispute,
    key: { dispute_id: 'uuid' },
    time: { id: 'dispute_id' },
    filters: { paymentId: 'payment_id' },
  }),
  { order: 'newest', filters: { paymentId: Type.Optional(Uuid) } },
);
