import { StationId, Uuid, oneOf } from '@chargemesh/contracts';
import { KeysetList } from '@chargemesh/persistence';
import { ApiList } from '@chargemesh/service';
import { Type } from 'typebox';
import { Payment } from './payment.entity.js';
import { PAYMENT_STATES } from './payment.states.js';

/** In the order in which they were begun, which their ids tell. */
export const paymentsList = new ApiList(
  new KeysetList({
    from: Payment,
    key: { payment_id: 'uuid' },
    time: { id: 'payment_id' },
    filters: { stationId: 'station_id', sessionId: 'session_id', state: 'state' },
  }),
  {
    order: 'newest',
    filters: {
      stationId: Type.Optional(StationId),
      sessionId: Type.Optional(Uuid),
      state: Type.Optional(oneOf(...PAYMENT_STATES)),
    },
  },
);
