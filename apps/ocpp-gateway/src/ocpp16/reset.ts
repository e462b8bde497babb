import { type ToStation, statusOutcome } from '../commands/to-station.js';

/** OCPP 1.6 §5.14. Only the whole station can be reset. */
export const reset: ToStation<'ocpp1.6', 'Reset', 'Reset'> = {
  command: 'Reset',
  requests: ({ kind, evseId }) => (evseId ? [] : [{ type: kind === 'Immediate' ? 'Hard' : 'Soft' }]),
  outcome: ({ status }) => statusOutcome(status),
};
