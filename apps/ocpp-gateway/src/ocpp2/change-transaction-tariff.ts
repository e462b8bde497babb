import { statusOutcome } from '../commands/to-station.js';
import { isNameable } from './nameable.js';
import { tariffOf } from './tariffs.js';
import type { ToStation21 } from './versions.js';

/** OCPP 2.1 I11. */
export const changeTransactionTariff: ToStation21<'ChangeTransactionTariff', 'ChangeTransactionTariff'> = {
  command: 'ChangeTransactionTariff',
  requests: ({ transactionId, tariff }) =>
    isNameable(transactionId) ? [{ transactionId, tariff: tariffOf(tariff) }] : [],
  outcome: ({ status, statusInfo }) => statusOutcome(status, statusInfo?.reasonCode),
  bestEffort: true,
};
