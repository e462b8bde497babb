import type { EvseDevice } from './devices.js';

/** OCPI's voltage is that of a phase against neutral. */
const PHASES = { AC_1_PHASE: 1, AC_2_PHASE: 2, AC_2_PHASE_SPLIT: 2, AC_3_PHASE: 3, DC: 1 } as const;

type Kind = Pick<EvseDevice['connectors'][number], 'maxPowerW' | 'maxVoltage' | 'maxAmperage' | 'powerType'>;

/** What a connector delivers at most, in W. */
export function connectorPower({ maxPowerW, maxVoltage, maxAmperage, powerType }: Kind): number {
  return maxPowerW ?? maxVoltage * maxAmperage * PHASES[powerType];
}
