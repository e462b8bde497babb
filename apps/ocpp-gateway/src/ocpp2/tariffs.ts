import type { StationTariff } from '@chargemesh/contracts';
import type { Request } from '@chargemesh/ocpp';

type Tariff21 = Request<'ocpp2.1', 'SetDefaultTariff'>['tariff'];

/** The contract has OCPP's fields; only that lists are not empty is in its schema and not in its type. */
export function tariffOf(tariff: StationTariff): Tariff21 {
  return tariff as Tariff21;
}
