import { statusOutcome } from '../commands/to-station.js';
import type { ToStation2 } from './versions.js';

/** OCPP 2.x O01. */
export const setDisplayMessage: ToStation2<'SetDisplayMessage', 'SetDisplayMessage'> = {
  command: 'SetDisplayMessage',
  requests: ({ messageId: id, evseId, language, content }) => {
    const message = { format: 'UTF8', language, content } as const;
    const display = { name: 'Display', evse: { id: evseId } };
    return [{ message: { id, priority: 'NormalCycle', state: 'Idle', message, display } }];
  },
  outcome: ({ status, statusInfo }) => statusOutcome(status, statusInfo?.reasonCode),
  bestEffort: true,
};
