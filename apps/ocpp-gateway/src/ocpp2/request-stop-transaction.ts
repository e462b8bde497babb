import { statusOutcome } from '../commands/to-station.js';
import { isNameable } from './nameable.js';
import type { ToStation2 } from './versions.js';

/** OCPP 2.x F03. */
export const requestStopTransaction: ToStation2<'RequestStopTransaction', 'RequestStopTransaction'> = {
  command: 'RequestStopTransaction',
  requests: ({ transactionId }) => (isNameable(transactionId) ? [{ transactionId }] : []),
  outcome: ({ status, statusInfo }) => statusOutcome(status, statusInfo?.reasonCode),
};
