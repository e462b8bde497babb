import { DataTransferReceived, newEvent, present } from '@chargemesh/contracts';
import { envelopeOf, messageIdentity } from '../station/message-context.js';
import type { FromStation } from '../station/ports.js';

/** OCPP 1.6 §4.3. It is published, and no vendor's extension is supported. */
export const dataTransfer: FromStation<'ocpp1.6', 'DataTransfer', 'events'> = async (request, context, { events }) => {
  const received = {
    ...messageIdentity(context, request),
    vendorId: request.vendorId,
    vendorMessageId: request.messageId,
    payload: request.data,
  };
  await events.append([newEvent(DataTransferReceived, { ...envelopeOf(context), data: present(received) })]);
  return { status: 'UnknownVendorId' };
};
