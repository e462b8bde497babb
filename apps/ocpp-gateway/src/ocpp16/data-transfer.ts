import { DataTransferReceived, newEvent, present } from '@chargemesh/contracts';
import { type FromStation, about, byMessage } from '../station/call.js';

/** OCPP 1.6 §4.3. It is told, and no vendor's extension is known here. */
export const dataTransfer: FromStation<'ocpp1.6', 'DataTransfer'> = async (request, call, { tell }) => {
  const received = {
    ...byMessage(call, request),
    vendorId: request.vendorId,
    vendorMessageId: request.messageId,
    payload: request.data,
  };
  await tell([newEvent(DataTransferReceived, { ...about(call), data: present(received) })]);
  return { status: 'UnknownVendorId' };
};
