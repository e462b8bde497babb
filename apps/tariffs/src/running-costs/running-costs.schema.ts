import {
  Currency,
  DecimalString,
  EvseId,
  Instant,
  StationId,
  TransactionId,
  Uuid,
  WattHours,
} from '@chargemesh/contracts';
import { Type, type Static } from 'typebox';

export const RunningCostParams = Type.Object({ sessionId: Uuid });

export const RunningCostView = Type.Object({
  sessionId: Uuid,
  stationId: StationId,
  evseId: EvseId,
  transactionId: TransactionId,
  currency: Currency,
  totalBeforeTaxes: DecimalString,
  totalInclTaxes: DecimalString,
  energyWh: WattHours,
  /** Until when it is counted. */
  at: Instant,
  /** Whether it is what the CDR says; before that, all may still change. */
  final: Type.Boolean(),
  cdrId: Type.Optional(Uuid),
});
export type RunningCostView = Static<typeof RunningCostView>;
