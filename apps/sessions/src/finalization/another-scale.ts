import { isNet } from '../meter/register.js';
import { type Energy, withDoubt } from './differing.js';
import { isInUnitsOf } from './register-walk.js';
import type { Choice } from './series.js';
import type { RegisterSpan } from './registers-overlap.js';

/** By which a register may become finer or coarser: from Wh to 0.1 kWh or kWh, or to 0.1 Wh. */
const FACTORS = [10, 100, 1_000] as const;
/** Two registers that differ by a factor to so many digits do not so by chance: of a coarser one, and of what a finer one was. */
const [LEAST_COARSE, LEAST_WH] = [100, 10_000];
/** Begin and end are rounded, and the station uses some by itself. */
const ROUNDED_WH = 10;

/** What a session is billed of its register, and those before it at its EVSE, in the order of time. */
type Span = Pick<RegisterSpan, 'series' | 'fromWh' | 'endWh' | 'energyWh'>;

/**
 * How many times too much or too little a register says, as far as the sessions before show: one of them, or this one, begins
 * to the digit at a tenth, a hundredth or a thousandth of where the one before it came to, or at as many times that. So it is
 * where a firmware changes the unit and names it in neither.
 */
export function scaleOf(before: readonly Span[], own: Pick<Span, 'series' | 'fromWh'>): number {
  const all = [...before, { ...own, endWh: null, energyWh: 0 }]
    .filter(({ series }) => series === own.series)
    .filter(isKnown);
  if (own.fromWh === null || isNet(own.series)) return 1;
  return all.reduce((scale, one, index) => {
    const last = all[index - 1];
    return last ? scale * factorBetween(endOf(last), one.fromWh) : scale;
  }, 1);
}

/** The energy of a session whose register may be of another unit: the smaller amount is billed, if that is what it says; else nothing. */
export function inItsScale(
  energy: Energy,
  { series }: Choice,
  { before, limitWh }: { before: readonly RegisterSpan[]; limitWh: number },
): Energy {
  const { told, from, resolutionWh } = energy;
  const scale = scaleOf(before, { series, fromWh: from });
  if (scale === 1 || told.fault) return energy;
  if (scale < 1) return withDoubt(energy, told.energyWh / scale - told.energyWh, limitWh);
  const tooMuchWh = told.energyWh - told.energyWh / scale;
  return tooMuchWh > resolutionWh ? { ...energy, told: { ...told, fault: 'registers-mixed' } } : energy;
}

function isKnown<T extends Span>(span: T): span is T & { fromWh: number } {
  return span.fromWh !== null;
}

/** Of one that somebody decided the register as well, and not what is billed. */
function endOf({ fromWh, endWh, energyWh }: Span & { fromWh: number }): number {
  return endWh ?? fromWh + energyWh;
}

function factorBetween(endWh: number, beginWh: number): number {
  if (beginWh < LEAST_COARSE || endWh < LEAST_WH) return 1;
  const coarser = FACTORS.find((factor) => isInUnitsOf(factor, beginWh, endWh));
  if (coarser !== undefined) return 1 / coarser;
  return FACTORS.find((factor) => isNear(beginWh / factor, endWh)) ?? 1;
}

function isNear(beginWh: number, endWh: number): boolean {
  return beginWh >= endWh - ROUNDED_WH / 2 && beginWh < endWh + ROUNDED_WH;
}
