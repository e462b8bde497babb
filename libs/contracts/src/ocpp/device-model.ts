import { Type } from 'typebox';
import { event } from '../contract.js';
import { EvseId, optional, text } from '../fields.js';
import { messageIdentity } from './envelope.js';
import { stationEvents } from './topics.js';

/** With the station's password, in OCPP 2.x and 1.6, and with the secret of its dynamic codes, in 2.1. */
const SECRETS = new Set(['basicauthpassword', 'authorizationkey', 'sharedsecret']);

/** Whether nobody may read a variable through us, or write it in the clear. */
export function holdsSecret(variable: string): boolean {
  return SECRETS.has(variable.toLowerCase());
}

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
