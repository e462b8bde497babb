import { ComponentEventsReceived, newEvent } from '@chargemesh/contracts';
import { envelopeOf, messageIdentity } from '../station/message-context.js';
import type { FromStation2 } from './versions.js';

/** OCPP 2.x N07: events of the device model's monitors, published as they came. */
export const notifyEvent: FromStation2<'NotifyEvent', 'events'> = async (request, context, { events }) => {
  const data = { ...messageIdentity(context, request), events: request.eventData.map((event) => ({ ...event })) };
  await events.append([newEvent(ComponentEventsReceived, { ...envelopeOf(context), data })]);
  return {};
};
