import type { Direction } from './direction.js';
import { ocpp201 } from './ocpp201.js';
import type { Action } from './payloads.js';

/** Every message of OCPP 2.1 and who sends it: those of 2.0.1, which all remain, and the new ones. */
export const ocpp21 = {
  ...ocpp201,
  AFRRSignal: 'toStation',
  AdjustPeriodicEventStream: 'toStation',
  BatterySwap: 'fromStation',
  ChangeTransactionTariff: 'toStation',
  ClearDERControl: 'toStation',
  ClearTariffs: 'toStation',
  ClosePeriodicEventStream: 'fromStation',
  GetCertificateChainStatus: 'fromStation',
  GetDERControl: 'toStation',
  GetPeriodicEventStream: 'toStation',
  GetTariffs: 'toStation',
  NotifyAllowedEnergyTransfer: 'toStation',
  NotifyDERAlarm: 'fromStation',
  NotifyDERStartStop: 'fromStation',
  NotifyPeriodicEventStream: 'fromStation',
  NotifyPriorityCharging: 'fromStation',
  NotifySettlement: 'fromStation',
  NotifyWebPaymentStarted: 'toStation',
  OpenPeriodicEventStream: 'fromStation',
  PullDynamicScheduleUpdate: 'fromStation',
  ReportDERControl: 'fromStation',
  RequestBatterySwap: 'toStation',
  SetDERControl: 'toStation',
  SetDefaultTariff: 'toStation',
  UpdateDynamicSchedule: 'toStation',
  UsePriorityCharging: 'toStation',
  VatNumberValidation: 'fromStation',
} as const satisfies Record<Action<'ocpp2.1'>, Direction>;
