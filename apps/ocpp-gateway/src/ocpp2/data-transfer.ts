import { DataTransferReceived, newEvent, present } from '@chargemesh/contracts';
import { about, byMessage } from '../station/call.js';
import type { FromStation2 } from './versions.js';

/** OCPP 2.x P02. It is published, and no vendor's extension is supported. */
export const dataTransfer: FromStation2<'DataTransfer', 'events'> = async (request, call, { events }) => {
  const received = {
    ...byMessage(call, request),
    vendorId: request.vendorId,
    vendorMessageId: request.messageId,
    payload: request.data,
  };
  await events.append([newEvent(DataTransferReceived, { ...about(call), data: present(received) })]);
  return { status: 'UnknownVendorId' };
};
