import type { Charge } from './charges.js';

/**
 * Applies the step size once to the energy, once to the time of the use (to parking where an element has a price for
 * it, be it zero, else to charging) and once to the time of a reservation. Only what has a price above zero is rounded;
 * the step is that of the last such price, and the surplus goes there (OCPI mod_cdrs, step_size).
 */
export function applyStepSizes(charges: readonly Charge[]): void {
  roundUp(charges, isEnergy);
  roundUp(charges, charges.some(isAnyParking) ? isParking : isCharging);
  roundUp(charges, isReservation);
}

function roundUp(charges: readonly Charge[], concerns: (charge: Charge) => boolean): void {
  let total = 0;
  let last: Charge | undefined;
  for (const charge of charges) {
    if (!concerns(charge)) continue;
    total += charge.volume;
    last = charge;
  }
  const step = last?.price.step ?? 0;
  if (last && step > 0) last.surplus = Math.ceil(total / step) * step - total;
}

function isEnergy({ price }: Charge): boolean {
  return price.type === 'ENERGY' && price.component.price > 0;
}

function isAnyParking({ price }: Charge): boolean {
  return price.type === 'PARKING_TIME';
}

function isParking(charge: Charge): boolean {
  return isAnyParking(charge) && charge.price.component.price > 0;
}

function isCharging({ price }: Charge): boolean {
  return price.type === 'TIME' && !price.reservation && price.component.price > 0;
}

function isReservation({ price }: Charge): boolean {
  return price.type === 'TIME' && price.reservation && price.component.price > 0;
}
