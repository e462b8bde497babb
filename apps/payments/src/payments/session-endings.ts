import type { SessionEnding } from './payment.states.js';

/** Reasons of OCPP 1.6 and 2.x that a driver who looks at the page does not know already. */
const ENDINGS: Readonly<Record<string, SessionEnding>> = {
  StoppedByEV: 'car',
  SOCLimitReached: 'car',
  EVDisconnected: 'unplugged',
  EnergyLimitReached: 'limit',
  TimeLimitReached: 'limit',
  CostLimitReached: 'limit',
  LocalOutOfCredit: 'limit',
  EmergencyStop: 'fault',
  GroundFault: 'fault',
  OvercurrentFault: 'fault',
  PowerLoss: 'fault',
  PowerQuality: 'fault',
  HardReset: 'fault',
  ImmediateReset: 'fault',
  Reboot: 'fault',
};

/** How a session ended, by what its station said and by what was asked of it. */
export function endingOf(reason: string, stopWanted: string | null): SessionEnding | null {
  if (stopWanted === 'limit') return 'limit';
  if (stopWanted === 'driver') return 'stopped';
  return ENDINGS[reason] ?? null;
}
