import { statusOutcome } from '../commands/to-station.js';
import type { ToStation2 } from './versions.js';

/** OCPP 2.x F05. A station does not unlock where a transaction is under way that was authorized. */
export const unlockConnector: ToStation2<'UnlockConnector', 'UnlockConnector'> = {
  command: 'UnlockConnector',
  requests: ({ evseId, connectorId }) => [{ evseId, connectorId }],
  outcome: ({ status, statusInfo }) => statusOutcome(status, statusInfo?.reasonCode, ['Unlocked']),
};
