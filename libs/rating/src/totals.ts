import type { Amounts } from './bounds.js';
import type { Charge } from './charges.js';
import type { Slice } from './cut.js';
import { type Item, formatAmount, formatHours, formatKwh } from './render.js';
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
  slices: readonly Slice[],
  items: readonly Item[],
  amounts: readonly Amounts[],
): RatingResult['totals'] {
  const tallies = { energy: tally(), time: tally(), parking: tally(), flat: tally(), reservation: tally() };
  for (const { stretch, energyUwh, startMs, endMs } of slices) {
    tallies.energy.used += energyUwh;
    tallies[stretch.kind === 'charging' ? 'time' : stretch.kind].used += endMs - startMs;
  }
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

function tally(): Tally {
  return { used: 0, billed: 0, beforeTaxes: 0n, inclTaxes: 0n };
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
