import { DataTransferReceived, newEvent, present } from '@chargemesh/contracts';
import { about, byMessage } from '../station/call.js';
import type { FromStation } from '../station/ports.js';

/** OCPP 1.6 §4.3. It is published, and no vendor's extension is supported. */
export const dataTransfer: FromStation<'ocpp1.6', 'DataTransfer', 'events'> = async (request, call, { events }) => {
  const received = {
    ...byMessage(call, request),
    vendorId: request.vendorId,
    vendorMessageId: request.messageId,
    payload: request.data,
  };
  await events.append([newEvent(DataTransferReceived, { ...about(call), data: present(received) })]);
  return { status: 'UnknownVendorId' };
};
