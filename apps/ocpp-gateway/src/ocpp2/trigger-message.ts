import type { Request } from '@chargemesh/ocpp';
import { statusOutcome } from '../commands/to-station.js';
import type { ToStation2 } from './versions.js';

type Message = Request<'ocpp2.0.1', 'TriggerMessage'>['requestedMessage'];

/** The messages of both versions that are not about certificates, which nobody could answer yet. */
const MESSAGES: ReadonlySet<string> = new Set<Message>([
  'BootNotification',
  'FirmwareStatusNotification',
  'Heartbeat',
  'LogStatusNotification',
  'MeterValues',
  'StatusNotification',
  'TransactionEvent',
]);

/** OCPP 2.x F06. */
export const triggerMessage: ToStation2<'TriggerMessage', 'TriggerMessage'> = {
  command: 'TriggerMessage',
  requests: ({ message, evseId, connectorId }) =>
    MESSAGES.has(message)
      ? [
          {
            requestedMessage: message as Message,
            ...(evseId ? { evse: { id: evseId, ...(connectorId ? { connectorId } : {}) } } : {}),
          },
        ]
      : [],
  outcome: ({ status, statusInfo }) => statusOutcome(status, statusInfo?.reasonCode),
  admits: ({ message }) => [message],
};
