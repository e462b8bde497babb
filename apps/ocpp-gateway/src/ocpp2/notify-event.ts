import { ComponentEventsReceived, newEvent } from '@chargemesh/contracts';
import type { Request } from '@chargemesh/ocpp';
import { type MessageContext, envelopeOf, messageIdentity } from '../station/message-context.js';
import { connectorStatus } from './connector-status.js';
import type { FromStation2, Ocpp2 } from './versions.js';

type ComponentEvent = Request<Ocpp2, 'NotifyEvent'>['eventData'][number];

/**
 * OCPP 2.x N07: events of the device model's monitors, published as they came; those that tell the state of a connector
 * say what StatusNotification says, in place of which OCPP 2.1 has them (G01).
 */
export const notifyEvent: FromStation2<'NotifyEvent', 'events'> = async (request, context, { events }) => {
  const data = { ...messageIdentity(context, request), events: request.eventData.map((event) => ({ ...event })) };
  const states = request.eventData.flatMap((event) => stateOf(event, context));
  await events.append([newEvent(ComponentEventsReceived, { ...envelopeOf(context), data }), ...states]);
  return {};
};

/** ConnectorStatusEnumType, which is what the variable has; OCPP compares names without case. */
const STATES = new Map(
  (['Available', 'Occupied', 'Reserved', 'Unavailable', 'Faulted'] as const).map((word) => [word.toLowerCase(), word]),
);

function stateOf(event: ComponentEvent, context: MessageContext) {
  const { component, variable, actualValue, timestamp } = event;
  const { id: evseId, connectorId } = component.evse ?? {};
  const isState = is(component.name, 'Connector') && is(variable.name, 'AvailabilityState');
  const status = STATES.get(actualValue.trim().toLowerCase());
  if (!isState || status === undefined || !evseId || !connectorId) return [];
  return [connectorStatus({ evseId, connectorId, status, timestamp }, context, event)];
}

function is(name: string, wanted: string): boolean {
  return name.trim().toLowerCase() === wanted.toLowerCase();
}
