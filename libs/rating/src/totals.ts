import type { Amounts } from './bounds.js';
import type { Used } from './charges.js';
import { formatAmount, formatHours, formatKwh } from './printed.js';
import type { Item } from './render.js';
import type { ComponentTotal, RatingResult } from './result.js';

interface Tally {
  used: number;
  billed: number;
  beforeTaxes: bigint;
  inclTaxes: bigint;
}

const PARTS = { ENERGY: 'energy', TIME: 'time', PARKING_TIME: 'parking', FLAT: 'flat' } as const;

/** What was used and what it costs, per component; a minimum or maximum belongs to none of them. */
export function componentTotals(
  used: Used,
  items: readonly Item[],
  amounts: readonly Amounts[],
): RatingResult['totals'] {
  const tallies = {
    energy: tally(used.energyUwh),
    time: tally(used.chargingMs),
    parking: tally(used.parkingMs),
    flat: tally(0),
    reservation: tally(used.reservationMs),
  };
  items.forEach((item, i) => {
    if (!('charge' in item)) return;
    const { price, volume, surplus } = item.charge;
    const part = price.reservation ? 'reservation' : PARTS[price.type];
    const own = tallies[part];
    own.beforeTaxes += amounts[i]?.beforeTaxes ?? 0n;
    own.inclTaxes += amounts[i]?.inclTaxes ?? 0n;
    if (item.kind !== 'charge') return;
    if (part === 'flat') own.used += volume;
    if (part !== 'reservation' || price.type !== 'FLAT') own.billed += volume + surplus;
  });
  const { energy, time, parking, flat, reservation } = tallies;
  return {
    energy: total(energy, formatKwh),
    time: total(time, formatHours),
    parking: total(parking, formatHours),
    flat: total(flat, String),
    reservation: total(reservation, formatHours),
  };
}

function tally(used: number): Tally {
  return { used, billed: 0, beforeTaxes: 0n, inclTaxes: 0n };
}

function total({ used, billed, beforeTaxes, inclTaxes }: Tally, format: (volume: number) => string): ComponentTotal {
  const volume = format(used);
  return {
    volume,
    billedVolume: billed === used ? volume : format(billed),
    amountBeforeTaxes: formatAmount(beforeTaxes),
    amountInclTaxes: formatAmount(inclTaxes),
  };
}
