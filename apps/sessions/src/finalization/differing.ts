import type { Reading } from './dividing.js';
import type { RegisterEnergy } from './register-walk.js';
import type { Choice } from './series.js';

/** What the registers tell of the energy, the register at the begin, and the readings in between. */
export interface Energy {
  readonly told: RegisterEnergy;
  readonly from: number | null;
  readonly readings: readonly Reading[];
  /** By how much the registers differ because they are rounded. */
  readonly resolutionWh: number;
}

/** Said of a session of which a reading is impossible, and passed over. */
const IMPLAUSIBLE_READING = 'implausible-reading';
/** Said of a session whose registers may be read in two ways. */
const REGISTER_AMBIGUOUS = 'register-ambiguous';

/** Begin and end in every other way in which the messages of one moment may be read. */
export function otherWays(choice: Choice): Choice[] {
  const { beginWh, endWh, otherBegins = [], otherEnds = [] } = choice;
  const [begins, ends] = [
    [beginWh, ...otherBegins],
    [endWh, ...otherEnds],
  ];
  const all = ends.filter((end) => end !== null);
  return begins
    .flatMap((begin) => ends.map((end): Choice => ({ ...choice, beginWh: begin, endWh: end, otherEnds: all })))
    .slice(1);
}

/**
 * Of several ways to read a session the smallest that is possible, which says so where another one is possible as well and
 * tells of more than registers are rounded by. Where none is possible, the one that counts says why.
 */
export function smallestOf(counting: Energy, others: readonly Energy[]): Energy {
  if (others.length === 0) return counting;
  const all = [counting, ...others];
  const possible = all.filter(({ told }) => !told.fault);
  const [smallest] = possible.toSorted((a, b) => a.told.energyWh - b.told.energyWh);
  if (!smallest) return counting;
  const within = smallest.told.energyWh + Math.max(...all.map(({ resolutionWh }) => resolutionWh));
  const isAmbiguous = possible.some(({ told }) => told.energyWh > within);
  return withFlags(smallest, [
    ...(isAmbiguous ? [REGISTER_AMBIGUOUS] : []),
    ...(possible.length < all.length ? [IMPLAUSIBLE_READING] : []),
  ]);
}

/** The energy with a word on what it may have been as well, where that is possible and worth saying. */
export function withDoubt(energy: Energy, doubtfulWh: number, limitWh: number): Energy {
  const { told, resolutionWh } = energy;
  const isPossible = !told.fault && told.energyWh + doubtfulWh <= limitWh;
  return isPossible && doubtfulWh > resolutionWh ? withFlags(energy, [REGISTER_AMBIGUOUS]) : energy;
}

function withFlags(energy: Energy, flags: readonly string[]): Energy {
  return { ...energy, told: { ...energy.told, flags: [...energy.told.flags, ...flags] } };
}
