import { type ToStation, statusOutcome } from '../commands/to-station.js';

/** OCPP 1.6 §5.18. Connector N is EVSE N with one connector. A transaction there is ended by the station first. */
export const unlockConnector: ToStation<'ocpp1.6', 'UnlockConnector', 'UnlockConnector'> = {
  command: 'UnlockConnector',
  requests: ({ evseId, connectorId }) => (connectorId === 1 ? [{ connectorId: evseId }] : []),
  outcome: ({ status }) => statusOutcome(status, undefined, ['Unlocked']),
};
