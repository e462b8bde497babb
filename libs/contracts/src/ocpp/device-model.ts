import { Type } from 'typebox';
import { event } from '../contract.js';
import { EvseId, optional, text } from '../fields.js';
import { messageIdentity } from './envelope.js';
import { stationEvents } from './topics.js';

/** OCPP 2.x NotifyEvent: what the device model's monitors saw. */
export const ComponentEventsReceived = event(stationEvents, 'component-events-received', {
  identity: ['stationId', 'epoch', 'messageId', 'digest'],
  data: { ...messageIdentity, events: Type.Array(Type.Record(Type.String(), Type.Unknown()), { maxItems: 1_000 }) },
});

/** One part of a device model report. OCPP 2.x NotifyReport; a 1.6 GetConfiguration answer is told in the same words. */
export const ReportDataReceived = event(stationEvents, 'report-data-received', {
  identity: ['stationId', 'epoch', 'messageId', 'digest'],
  data: {
    ...messageIdentity,
    requestId: Type.Integer(),
    part: Type.Integer({ minimum: 0 }),
    last: Type.Boolean(),
    variables: Type.Array(
      Type.Object({
        component: text(255),
        evseId: optional(EvseId),
        instance: optional(text(255)),
        variable: text(255),
        variableInstance: optional(text(255)),
        value: optional(text(2_500)),
        mutability: optional(text(20)),
      }),
      { maxItems: 2_000 },
    ),
  },
});
