import { statusOutcome } from '../commands/to-station.js';
import type { ToStation21 } from './versions.js';

/** OCPP 2.1 I09. Having none is an answer. */
export const getTariffs: ToStation21<'GetTariffs', 'GetTariffs'> = {
  command: 'GetTariffs',
  requests: ({ evseId }) => [{ evseId }],
  outcome: ({ status, statusInfo }) => statusOutcome(status, statusInfo?.reasonCode, ['NoTariff']),
};
