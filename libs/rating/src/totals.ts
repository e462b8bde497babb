import type { Amounts } from './bounds.js';
import type { Charge, Used } from './charges.js';
import { formatAmount, formatHours, formatKwh } from './printed.js';
import type { Item } from './render.js';
import type { ComponentTotal, RatingResult } from './result.js';

type Part = keyof RatingResult['totals'];

interface Tally {
  used: number;
  billed: number;
  beforeTaxes: bigint;
  inclTaxes: bigint;
}

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
    const part = partOf(item.charge);
    tallies[part].beforeTaxes += amounts[i]?.beforeTaxes ?? 0n;
    tallies[part].inclTaxes += amounts[i]?.inclTaxes ?? 0n;
    if (item.kind !== 'charge') return;
    const { price, volume, surplus } = item.charge;
    if (part === 'flat') tallies[part].used += volume;
    if (part !== 'reservation' || price.type !== 'FLAT') tallies[part].billed += volume + surplus;
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

function partOf({ price }: Charge): Part {
  if (price.reservation) return 'reservation';
  return ({ ENERGY: 'energy', TIME: 'time', PARKING_TIME: 'parking', FLAT: 'flat' } as const)[price.type];
}

function total({ used, billed, beforeTaxes, inclTaxes }: Tally, format: (volume: number) => string): ComponentTotal {
  return {
    volume: format(used),
    billedVolume: format(billed),
    amountBeforeTaxes: formatAmount(beforeTaxes),
    amountInclTaxes: formatAmount(inclTaxes),
  };
}
