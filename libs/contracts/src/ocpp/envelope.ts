import { Type } from 'typebox';
import { Instant, StationId, optional, text } from '../fields.js';

/** The fields that all events of a connection have. */
export const connectionFields = { stationId: StationId, epoch: Type.Integer({ minimum: 1 }), receivedAt: Instant };

/** The fields of events without a time of their own, which their message identifies. */
export const messageIdentity = {
  ...connectionFields,
  messageId: text(36),
  /** Of what the message says and when it came: not every station gives its messages ids of their own. */
  digest: optional(text(64)),
};
