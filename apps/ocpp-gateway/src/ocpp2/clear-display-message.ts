import { statusOutcome } from '../commands/to-station.js';
import type { ToStation2 } from './versions.js';

/** OCPP 2.x O05. What is not there is cleared as well. */
export const clearDisplayMessage: ToStation2<'ClearDisplayMessage', 'ClearDisplayMessage'> = {
  command: 'ClearDisplayMessage',
  requests: ({ messageId: id }) => [{ id }],
  outcome: ({ status, statusInfo }) => statusOutcome(status, statusInfo?.reasonCode, ['Unknown']),
  bestEffort: true,
};
