import { combined } from '../commands/commands.decide.js';
import { statusOutcome } from '../commands/to-station.js';
import type { ToStation21 } from './versions.js';

/** OCPP 2.1 I10. What is not there is cleared as well. */
export const clearTariffs: ToStation21<'ClearTariffs', 'ClearTariffs'> = {
  command: 'ClearTariffs',
  requests: ({ tariffIds: [first, ...others] = [], evseId }) => [
    { ...(first === undefined ? {} : { tariffIds: [first, ...others] }), ...(evseId === undefined ? {} : { evseId }) },
  ],
  outcome: ({ clearTariffsResult }) =>
    combined(
      clearTariffsResult.map(({ status, statusInfo }) => statusOutcome(status, statusInfo?.reasonCode, ['NoTariff'])),
    ),
  bestEffort: true,
};
