import { Type } from 'typebox';
import { event } from '../contract.js';
import { optional, text } from '../fields.js';
import { messageIdentity } from './envelope.js';
import { stationEvents } from './topics.js';

/** OCPP DataTransfer, in any version. */
export const DataTransferReceived = event(stationEvents, 'data-transfer-received', {
  identity: ['stationId', 'epoch', 'messageId', 'digest'],
  data: {
    ...messageIdentity,
    vendorId: text(255),
    vendorMessageId: optional(text(255)),
    payload: optional(Type.Unknown()),
  },
});
