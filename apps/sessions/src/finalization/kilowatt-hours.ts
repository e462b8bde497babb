import type { Energy } from './differing.js';
import type { Billed } from './intervals.js';
import { decimalsOf } from './possible-begins.js';
import { RISEN_WH } from './series.js';
import { WH_PER_KWH } from '../meter/watt-hours.js';

/** A register in whole kWh, at begin and end. */
const ROUNDED_WH = 1_000;
/** A meter that counts Wh has as many decimals in kWh, and one that shows Wh has none of them. */
const DECIMALS = 3;

/**
 * By how much a session would be more if its registers were in kWh, though nobody says so: where all that was read in between
 * lies in the thousandfold of begin and end and not between them, or where the registers have three decimals; a number of JSON has
 * no zeros at its end, so that one of them may have fewer.
 */
export function moreInKilowattHours({ choice, measured, summed }: Billed, { told, from }: Energy): number {
  const { beginWh, endWh } = choice;
  if (told.fault || summed || from === null) return 0;
  const read = measured.flatMap(({ energyWh }) => energyWh ?? []).filter((wh) => wh !== 0);
  const isBeyond =
    beginWh !== null && endWh !== null && read.length > 0 && read.every(isInThousandfold(beginWh, endWh));
  const isFine = Math.max(...[from, from + told.energyWh, ...read].map(decimalsOf)) === DECIMALS;
  const moreWh = told.energyWh * (WH_PER_KWH - 1);
  return (isBeyond || isFine) && moreWh > RISEN_WH ? moreWh : 0;
}

function isInThousandfold(beginWh: number, endWh: number): (wh: number) => boolean {
  const [low, high] = [beginWh * WH_PER_KWH - ROUNDED_WH, endWh * WH_PER_KWH + ROUNDED_WH];
  return (wh) => wh > endWh && wh >= low && wh <= high;
}
