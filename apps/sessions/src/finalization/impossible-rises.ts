import { CLOCKS_APART_MS } from '../transactions/effective-time.js';
import { type Reading, rising } from './dividing.js';
import type { Energy } from './differing.js';

/** What a connector delivers, and what is believed of it. */
export interface Delivery {
  /** In W: by itself, and as its operator believes. */
  readonly maxW: number;
  readonly mostW: number;
  /** Whatever the time, in Wh. */
  readonly believedWh: number;
  /** By how much the session is longer by its arrivals than by its stamps: a clock that was set by a little. */
  readonly unstampedMs: number;
}

/** When a session was, and whether its begin and its end are named. */
interface Course {
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly isBeginNamed: boolean;
  readonly isEndNamed: boolean;
}

const MS_PER_HOUR = 3_600_000;
/** What a stale or rounded register may be behind, whatever the time. */
const AT_A_STROKE_WH = 1_000;
/** Of what is stamped within a second nobody knows how far it was apart. */
const SECOND_MS = 1_000;
/** Registers are rounded to a Wh. */
const ROUNDED_WH = 1;
/** A wrong begin and a wrong end; where more is impossible, the power of the connector or the stamps are wrong. */
const RISES_MAX = 2;

/**
 * The energy without what the register rose by between two neighbouring readings, begin and end included, where its connector
 * cannot have delivered that meanwhile, and all the others go on from each other: a begin of 0 before the meter was read, or
 * a spike at the end. Nobody knows what of it flowed: without it is less, which is billed and said.
 */
export function withoutImpossibleRises(energy: Energy, course: Course, delivery: Delivery): Energy {
  const { told, from } = energy;
  if (told.fault || told.reset || from === null) return energy;
  if (told.energyWh <= delivery.believedWh + AT_A_STROKE_WH) return energy;
  const points = pointsOf(energy, from, course);
  const rises = points ? impossibleRises(points, delivery) : [];
  if (!points || rises.length === 0 || rises.length > RISES_MAX || rises.length === points.length - 1) return energy;
  const less = rises.reduce((known, index) => withoutRise(known, points[index - 1], points[index], from), energy);
  return { ...less, told: { ...less.told, flags: [...less.told.flags, 'register-ambiguous'] } };
}

/** The readings that go on from each other between begin and end; undefined where they are by another clock than those. */
function pointsOf(
  { told: { energyWh }, readings }: Energy,
  from: number,
  { startedAt, endedAt, isBeginNamed, isEndNamed }: Course,
): Reading[] | undefined {
  const [start, end, to] = [startedAt.getTime(), endedAt.getTime(), from + energyWh];
  const isByOther = ({ at, energyWh: wh }: Reading): boolean =>
    (at < start - CLOCKS_APART_MS && wh > from + ROUNDED_WH && wh <= to) ||
    (at > end + CLOCKS_APART_MS && wh < to - ROUNDED_WH && wh >= from);
  if (readings.some(isByOther)) return undefined;
  const within = readings.filter(({ at }) => at >= start - CLOCKS_APART_MS && at <= end + CLOCKS_APART_MS);
  const between = rising(within, from, to, from).map(({ at, energyWh: wh }) => ({
    at: Math.min(Math.max(at, start), end),
    energyWh: wh,
  }));
  return [
    ...(isBeginNamed ? [{ at: start, energyWh: from }] : []),
    ...between,
    ...(isEndNamed ? [{ at: end, energyWh: to }] : []),
  ];
}

/**
 * The points to which the register rose by more than was possible. What was kept may be stamped when it was sent: then it
 * was read at any time since the point before, and of several that were, since the one before them.
 */
function impossibleRises(points: readonly Reading[], { maxW, mostW, believedWh, unstampedMs }: Delivery): number[] {
  const staleWh = Math.max(AT_A_STROKE_WH, (maxW * CLOCKS_APART_MS) / MS_PER_HOUR);
  const found: number[] = [];
  let since = 0;
  for (let index = 1; index < points.length; index++) {
    const [first, earliest, before, point] = [0, since, index - 1, index].map((of) => points[of] as Reading) as Four;
    const until = point.at - before.at < SECOND_MS ? (points[index + 1] ?? point) : point;
    const inTimeWh = Math.max(believedWh, (mostW * (until.at - before.at + unstampedMs)) / MS_PER_HOUR);
    const sinceWh = (maxW * (point.at - earliest.at)) / MS_PER_HOUR;
    if (point.energyWh - before.energyWh <= inTimeWh + staleWh)
      // A register that stands at the begin may not have been read anew.
      since = point.energyWh <= first.energyWh + ROUNDED_WH ? 0 : index - 1;
    else if (point.energyWh - earliest.energyWh > sinceWh + staleWh) {
      found.push(index);
      since = index;
    }
  }
  return found;
}

type Four = [Reading, Reading, Reading, Reading];

/** As if the begin, which nothing went on from, were that much higher; or all that comes after it that much lower. */
function withoutRise(energy: Energy, before: Reading | undefined, point: Reading | undefined, begin: number): Energy {
  const { told, from, readings } = energy;
  if (!before || !point || from === null) return energy;
  const byWh = point.energyWh - before.energyWh;
  const less = { ...told, energyWh: told.energyWh - byWh };
  if (before.energyWh <= begin + ROUNDED_WH) return { ...energy, told: less, from: from + byWh };
  return {
    ...energy,
    told: { ...less, plausibleWh: told.plausibleWh === null ? null : told.plausibleWh - byWh },
    readings: readings.map((one) => (one.at < point.at ? one : { ...one, energyWh: one.energyWh - byWh })),
  };
}
