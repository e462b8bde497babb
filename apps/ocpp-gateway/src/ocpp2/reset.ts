import { statusOutcome } from '../commands/to-station.js';
import type { ToStation2 } from './versions.js';

/** OCPP 2.x B11, B12. `Scheduled` means that it happens once no transaction is running. */
export const reset: ToStation2<'Reset', 'Reset'> = {
  command: 'Reset',
  requests: ({ kind, evseId }) => [{ type: kind, ...(evseId ? { evseId } : {}) }],
  outcome: ({ status, statusInfo }) => statusOutcome(status, statusInfo?.reasonCode, ['Scheduled']),
};
