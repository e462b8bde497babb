import { statusOutcome } from '../commands/to-station.js';
import { tariffOf } from './tariffs.js';
import type { ToStation21 } from './versions.js';

/** OCPP 2.1 I07. Ids of ours name content and EVSE: a station that has the id already has the tariff. */
export const setDefaultTariff: ToStation21<'SetDefaultTariff', 'SetDefaultTariff'> = {
  command: 'SetDefaultTariff',
  requests: ({ evseId, tariff }) => [{ evseId, tariff: tariffOf(tariff) }],
  outcome: ({ status, statusInfo }) => statusOutcome(status, statusInfo?.reasonCode, ['DuplicateTariffId']),
  bestEffort: true,
};
