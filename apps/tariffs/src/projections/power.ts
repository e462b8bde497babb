import type { EvseDevice, StationStateEvent } from '@chargemesh/contracts';

/** What an EVSE can give at most, as the table has it. */
export interface EvsePower {
  readonly evse_id: number;
  readonly max_power_w: number;
}

export function powersOf({ evses }: StationStateEvent['data']): EvsePower[] {
  return evses.map(({ evseId, connectors }) => ({
    evse_id: evseId,
    max_power_w: Math.max(0, ...connectors.map(powerOf)),
  }));
}

/** OCPI's voltage is that of a phase against neutral. */
const PHASES = { AC_1_PHASE: 1, AC_2_PHASE: 2, AC_2_PHASE_SPLIT: 2, AC_3_PHASE: 3, DC: 1 } as const;

function powerOf({ maxPowerW, maxVoltage, maxAmperage, powerType }: EvseDevice['connectors'][number]): number {
  return maxPowerW ?? maxVoltage * maxAmperage * PHASES[powerType];
}
