import { PLAIN, type Series, isNet } from '../meter/register.js';
import { type Sample, inSeries, seriesOf } from '../meter/sample.js';
import { CLOCKS_APART_MS } from '../transactions/effective-time.js';
import type { Whole } from '../transactions/lifecycle.js';
import type { Over } from './finalize-context.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import type { Basis } from './hold-reason.js';
import type { Reading } from './dividing.js';
import { type Delivery, withoutImpossibleRises } from './impossible-rises.js';
import { type Billed, flowedIn, intervalsOf } from './intervals.js';
import { type Energy, otherWays, smallestOf, withDoubt } from './differing.js';
import type { Beliefs } from './limit.js';
import { moreInKilowattHours } from './kilowatt-hours.js';
import { asNamed } from './named-registers.js';
import { type WalkOfBegins, walkFromBegin, firstWalk, energyOfBegins, wentOn } from './possible-begins.js';
import { resolutionOf, walkFrom } from './register-walk.js';
import { type Choice, RISEN_WH, type Read, type ReadOf, type Roles, choose, standsStill } from './series.js';

/** Between which moments readings may stand for a begin or an end that nobody named. */
export interface Bounds {
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly from: Date;
  readonly to: Date;
  /** Where it matters what was possible at which time. */
  readonly delivery?: Delivery;
}

/**
 * The series that a session is billed by, or what flowed in intervals where no register tells anything, and what was
 * measured as that has it.
 * @param measured in the order of time
 */
export function billedBy(session: Over, measured: readonly Sample[], beliefs: Beliefs): Billed {
  const { roles } = session;
  const read = readIn(session, measured);
  const isEndNamed = Object.values(roles).some(({ end }) => end);
  const isUnread = read.size === 0 && !isEndNamed;
  const isSummed = isUnread || saysNothing(roles, read);
  const summed = isSummed ? intervalsOf(session, measured.map(withoutRegister), beliefs) : undefined;
  if (summed && (isUnread || !summed.summed?.isDoubtful)) return summed;
  const flowed = () => flowedIn(session, measured, beliefs);
  const choice = withIntervals(choose(roles, read), read, session, flowed);
  const { at, lowestWh } = session.walks[choice.series] ?? {};
  const lowest = at === undefined || lowestWh === undefined ? {} : { lowest: { at, energyWh: lowestWh } };
  return { choice, measured: measured.map((sample) => inSeries(sample, choice.series)), ...lowest };
}

function withoutRegister(sample: Sample): Sample {
  return { ...sample, energyWh: null, beginWh: null, endWh: null };
}

/** A 1.6 station without a register has to name one at begin and end all the same, and says 0. */
function saysNothing(roles: Roles, read: ReadOf): boolean {
  const named = Object.values(roles).flatMap(({ begin, end }) => [begin, end]);
  const said = named.flatMap((one) => (one ? [one.wh, ...(one.others ?? []), one.first?.wh ?? 0] : []));
  return [...said, ...[...read.values()].flatMap(({ firstWh, lastWh }) => [firstWh, lastWh])].every((wh) => wh === 0);
}

/** Where the register stands still while intervals tell that energy flowed, nobody knows which of them is right. */
function withIntervals(choice: Choice, read: ReadOf, session: Whole, flowed: () => number): Choice {
  if (choice.mixed || !standsStill(choice.series, session.roles, read)) return choice;
  return { ...choice, mixed: flowed() > RISEN_WH };
}

/** Where messages of one moment differ, the smallest that is possible. */
export function energyOf(billed: Billed, limitWh: number, bounds: Bounds): Energy {
  const by = (way: Billed): Energy => energyBy(way, limitWh, bounds);
  const others = [...otherWays(billed.choice).map((choice) => ({ ...billed, choice })), ...otherLast(billed)];
  const energy = smallestOf(by(billed), others.map(by));
  const careful = energy.told.fault ? energy : smallestOf(energy, withoutLast(billed, bounds).map(by));
  const said = withDoubt(careful, billed.summed?.doubtfulWh ?? risenOutOfReach(billed, limitWh), limitWh);
  return withDoubt(said, moreInKilowattHours(billed, careful), limitWh);
}

/** By what readings rose that all lie out of reach of a begin and an end that say the same: those may be placeholders. */
function risenOutOfReach({ choice: { beginWh, endWh }, measured }: Billed, limitWh: number): number {
  if (beginWh === null || endWh === null || Math.abs(endWh - beginWh) >= 1) return 0;
  const read = measured.flatMap(({ energyWh }) => energyWh ?? []);
  const isRising = read.every((wh, index) => wh > beginWh + limitWh && wh >= (read[index - 1] ?? wh));
  return isRising ? (read.at(-1) ?? 0) - (read[0] ?? 0) : 0;
}

/** Without an end, by the lowest of what messages of the last moment say: the row of a moment has the highest. */
function otherLast({ lowest, ...billed }: Billed): Billed[] {
  if (!lowest || billed.choice.endWh !== null) return [];
  const isOther = ({ at, energyWh }: Sample): boolean => at.getTime() === lowest.at && energyWh !== null;
  const measured = billed.measured.map((one) => (isOther(one) ? { ...one, energyWh: lowest.energyWh } : one));
  return [{ ...billed, measured }];
}

/** What a stale or rounded register may be behind, whatever the time. */
const AT_A_STROKE_WH = 1_000;

/**
 * Without an end, by the readings before the last one where that rose by more than its connector delivers meanwhile: nothing
 * comes after it that would confirm it.
 */
function withoutLast(billed: Billed, { delivery }: Bounds): Billed[] {
  if (billed.choice.endWh !== null || billed.summed) return [];
  const readings = billed.measured.flatMap(({ at, energyWh }) =>
    energyWh === null ? [] : { at: at.getTime(), energyWh },
  );
  const last = readings.at(-1);
  // What fell in between is a dropout or a reset, from which it did not rise.
  const below = readings.slice(0, -1).filter(({ energyWh }) => energyWh <= (last?.energyWh ?? 0));
  if (!last || below.length === 0) return [];
  const before = below.reduce((a, b) => (b.energyWh >= a.energyWh ? b : a));
  const possibleWh = ((delivery?.mostW ?? Infinity) * (last.at - before.at)) / MS_PER_HOUR;
  if (last.energyWh - before.energyWh <= AT_A_STROKE_WH + possibleWh) return [];
  return [{ ...billed, measured: billed.measured.filter(({ at }) => at.getTime() < last.at) }];
}

/** By begin and end and what was read in between; of a register that only rises, as far as its connector can have delivered it. */
function energyBy(billed: Billed, limitWh: number, bounds: Bounds): Energy {
  const energy = energyOfWalk(billed, limitWh, bounds);
  const { startedAt, endedAt, delivery } = bounds;
  const { beginWh, endWh, series } = billed.choice;
  if (!delivery || billed.summed || isNet(series)) return energy;
  const named = { isBeginNamed: beginWh !== null, isEndNamed: endWh !== null };
  return withoutImpossibleRises(energy, { startedAt, endedAt, ...named }, delivery);
}

function energyOfWalk(
  { choice, measured }: Billed,
  limitWh: number,
  { startedAt, endedAt, from, to, delivery }: Bounds,
): Energy {
  const { beginWh, endWh } = choice;
  const within = measured.filter(({ at }) => (beginWh !== null || at >= from) && (endWh !== null || at <= to));
  const [begin, end] = [
    { wh: beginWh, at: startedAt },
    { wh: endWh, at: endedAt },
  ];
  const named = { begin, end, maxW: delivery?.maxW ?? 0 };
  let walk: WalkOfBegins | undefined = beginWh === null ? undefined : walkFromBegin(beginWh);
  for (const sample of within) {
    const [at, read] = [sample.at, readingIn(sample, choice)];
    if (read === null) continue;
    const register = asNamed(read, at, named);
    walk = walk ? wentOn(walk, register, limitWh, read) : firstWalk(register, at, startedAt);
  }
  const told = energyOfBegins(walk, { ...choice, limitWh });
  const isOfAnotherTime = !walk && endWh === null && measured.some(({ energyWh }) => energyWh !== null);
  return {
    told: isOfAnotherTime ? { ...told, fault: 'no-end-value' } : told,
    from: told.fromWh ?? walk?.from ?? null,
    readings: readingsOf(within),
    resolutionWh: resolutionOf(walk ?? walkFrom(0)),
  };
}

/** The begin that is said once more at the end is no reading of then. */
function readingsOf(samples: readonly Sample[]): Reading[] {
  const readings: Reading[] = [];
  for (const { at, ...sample } of samples) {
    const energyWh = sample.energyWh ?? sample.endWh ?? (readings.length === 0 ? sample.beginWh : null);
    if (energyWh !== null) readings.push({ at: at.getTime(), energyWh });
  }
  return readings;
}

/** What was read for an end that another one has replaced is a reading as well. */
function readingIn({ energyWh, endWh }: Sample, choice: Choice): number | null {
  if (energyWh !== null || endWh === null) return energyWh;
  return endWh === choice.endWh || choice.otherEnds?.includes(endWh) ? null : endWh;
}

/** What a decision is made on: the same whatever is believed, so that only facts change it. */
export function basisOf(billed: Billed, bounds: Bounds): Basis {
  const { beginWh, endWh } = billed.choice;
  return { beginWh, endWh, sumWh: energyOf(billed, Infinity, bounds).told.energyWh };
}

/** What was read of each series, besides begin and end: the first register that is of the session, and the last. */
function readIn({ startedAt }: Whole, measured: readonly Sample[]): ReadOf {
  const from = startedAt.getTime() - CLOCKS_APART_MS;
  const read = new Map<Series, Read>();
  for (const sample of measured) {
    const at = sample.at.getTime();
    for (const series of sample.registers === null ? ONLY_PLAIN : seriesOf(sample)) {
      const { energyWh: wh } = inSeries(sample, series);
      const known = read.get(series);
      if (wh !== null) read.set(series, { at, firstWh: known && known.at >= from ? known.firstWh : wh, lastWh: wh });
    }
  }
  return read;
}

const ONLY_PLAIN: readonly Series[] = [PLAIN];
