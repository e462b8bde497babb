import { ComponentEventsReceived, newEvent } from '@chargemesh/contracts';
import { about, byMessage } from '../station/call.js';
import type { FromStation2 } from './versions.js';

/** OCPP 2.x N07: events of the device model's monitors, published as they came. */
export const notifyEvent: FromStation2<'NotifyEvent', 'events'> = async (request, call, { events }) => {
  const data = { ...byMessage(call, request), events: request.eventData.map((event) => ({ ...event })) };
  await events.append([newEvent(ComponentEventsReceived, { ...about(call), data })]);
  return {};
};
