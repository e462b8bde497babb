import { ComponentEventsReceived, newEvent } from '@chargemesh/contracts';
import { about, byMessage } from '../station/call.js';
import type { FromStation2 } from './versions.js';

/** OCPP 2.x N07: what the device model's monitors saw, told as it came. */
export const notifyEvent: FromStation2<'NotifyEvent'> = async (request, call, { tell }) => {
  const data = { ...byMessage(call, request), events: request.eventData.map((event) => ({ ...event })) };
  await tell([newEvent(ComponentEventsReceived, { ...about(call), data })]);
  return {};
};
