import { type Sample, betweenWhOf } from '../meter/sample.js';
import type { Started } from '../transactions/lifecycle.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import type { Beliefs } from './limit.js';
import { STEP_MS, standstills } from '../transactions/offsets.js';
import { byOurClock } from '../transactions/station-clock.js';
import { stepOf } from './register-walk.js';

/** Said of a session that is summed up from intervals, of which one may be told twice, or be of before its start. */
export const INTERVALS_DOUBTFUL = 'intervals-doubtful';

type Column = 'intervalWh' | 'alignedWh';

/** A sample after the start, and where it stands among all of them. */
interface Said {
  readonly sample: Sample;
  readonly index: number;
}

/** What may have flowed in its connector. */
export interface Possible {
  readonly beliefs: Beliefs;
  readonly maxPowerW: number;
}

const SECOND_MS = 1_000;
/** So much a pulse of a meter stands for at most, which may be said of a moment in which less flowed. */
const PULSE_MAX_WH = 100;
/** A value that differs by its rounding only is the same one. */
const ROUNDED_WH = 1;
/** What follows the interval before it in less than this part of that one's time, and is as much, is that one. */
const AT_ONCE = 0.2;

/** The interval that counted last, and how long it was. */
interface Counted {
  readonly at: number;
  readonly wh: number;
  readonly ms: number;
}

/**
 * The samples with each interval of a series once. The same one is told again by a store that keeps whole seconds; by
 * two ways of telling it comes a moment later; a third one that soon is another, by a clock that stands still. The first may
 * be of before the start: it counts for what may have flowed since then. What is not certain is in doubt.
 * @param said in the order of time
 */
export function eachOnce(
  said: readonly Said[],
  column: Column,
  { startedAt, possible }: { startedAt: Date; possible: Possible },
): { said: Said[]; isDoubtful: boolean } {
  const mostWh = ({ beliefs, maxPowerW }: Possible, ms: number) => (beliefs.powerFactor * maxPowerW * ms) / MS_PER_HOUR;
  const told = said.flatMap(({ sample }) => sample[column] ?? []);
  const stepWh = Math.min(stepOf(told), PULSE_MAX_WH);
  let last: Counted | undefined;
  let isDoubtful = false;
  const counted = said.map((one): Said => {
    const wh = one.sample[column];
    if (wh === null) return one;
    const at = one.sample.at.getTime();
    if (last && isToldAgain(last, at, wh)) return withWh(one, column, null);
    const ms = at - (last?.at ?? startedAt.getTime());
    const flowedWh = mostWh(possible, ms);
    const believedWh = Math.max(possible.beliefs.energyWh, flowedWh);
    const isFirst = last === undefined;
    const isRepeated = wh > flowedWh && isAtOnce(last, ms, wh);
    // The next one is compared with the first telling, and a third telling is none.
    last = isRepeated && last ? { ...last, ms: 0 } : { at, wh, ms };
    isDoubtful ||= wh > (isRepeated ? Math.min(stepWh, believedWh) : believedWh);
    if (isRepeated) return withWh(one, column, null);
    return isFirst && wh > believedWh ? withWh(one, column, believedWh) : one;
  });
  return { said: counted, isDoubtful };
}

/**
 * Whether all that flowed is said of the moment of the start, by a clock that stood still until the end: that counts for
 * nothing, for what is said at a start is of before.
 */
export function isAllAtStart({ startClaimedAt, endClaimedAt }: Started, measured: readonly Sample[]): boolean {
  if (endClaimedAt === null || endClaimedAt.getTime() !== startClaimedAt.getTime()) return false;
  return measured.some((sample) => (sample.intervalWh ?? sample.alignedWh ?? betweenWhOf(sample) ?? 0) > 0);
}

/** Whether some of them are stamped with a moment at which the clock stood still: those of one moment are taken for one that was told again. */
export function isOfStandstill(session: Started, measured: readonly Sample[]): boolean {
  const ours = byOurClock(session);
  const stood = standstills(session.offsets).map((at) => ours(at).getTime());
  const isThen = ({ at }: Sample): boolean => stood.some((one) => Math.abs(at.getTime() - one) <= STEP_MS);
  return measured.some((sample) => (sample.intervalWh ?? sample.alignedWh) !== null && isThen(sample));
}

/** Whether two intervals are one, of which one was told by whole seconds. */
function isToldAgain(last: Counted, at: number, wh: number): boolean {
  const isWhole = at % SECOND_MS === 0 || last.at % SECOND_MS === 0;
  return isWhole && at - last.at < SECOND_MS && isSame(last, wh);
}

function isAtOnce(last: Counted | undefined, ms: number, wh: number): boolean {
  return last !== undefined && ms <= AT_ONCE * last.ms && isSame(last, wh);
}

function isSame(last: Counted, wh: number): boolean {
  return Math.abs(wh - last.wh) <= ROUNDED_WH;
}

function withWh({ sample, index }: Said, column: Column, wh: number | null): Said {
  const intervals = (sample.intervals ?? []).filter(({ as }) => as !== column);
  return { index, sample: { ...sample, [column]: wh, intervals } };
}
