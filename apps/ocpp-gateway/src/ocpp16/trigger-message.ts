import type { Request } from '@chargemesh/ocpp';
import { type ToStation, statusOutcome } from '../commands/to-station.js';

type Message = Request<'ocpp1.6', 'TriggerMessage'>['requestedMessage'];

const MESSAGES: ReadonlySet<string> = new Set<Message>([
  'BootNotification',
  'DiagnosticsStatusNotification',
  'FirmwareStatusNotification',
  'Heartbeat',
  'MeterValues',
  'StatusNotification',
]);

/** OCPP 1.6 §5.17. Without a connector it means all of them. */
export const triggerMessage: ToStation<'ocpp1.6', 'TriggerMessage', 'TriggerMessage'> = {
  command: 'TriggerMessage',
  requests: ({ message, evseId }) =>
    MESSAGES.has(message) ? [{ requestedMessage: message as Message, ...(evseId ? { connectorId: evseId } : {}) }] : [],
  outcome: ({ status }) => statusOutcome(status),
  admits: ({ message }) => [message],
};
