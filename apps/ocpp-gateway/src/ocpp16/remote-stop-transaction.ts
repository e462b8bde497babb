import { type ToStation, statusOutcome } from '../commands/to-station.js';
import { isTransactionId } from '../transaction-ids/transaction-id.js';

/** OCPP 1.6 §5.12. */
export const remoteStopTransaction: ToStation<'ocpp1.6', 'RemoteStopTransaction', 'RequestStopTransaction'> = {
  command: 'RequestStopTransaction',
  requests: ({ transactionId }) =>
    /^\d{1,10}$/.test(transactionId) && isTransactionId(Number(transactionId))
      ? [{ transactionId: Number(transactionId) }]
      : [],
  outcome: ({ status }) => statusOutcome(status),
};
