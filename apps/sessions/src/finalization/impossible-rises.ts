import { CLOCKS_APART_MS } from '../transactions/effective-time.js';
import { OFF_MS } from '../transactions/offsets.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import { type Reading, rising } from './dividing.js';
import type { Energy } from './differing.js';
import type { RegisterEnergy } from './register-walk.js';

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
interface NamedTimes {
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly isBeginNamed: boolean;
  readonly isEndNamed: boolean;
}

/** What a stale or rounded register may be behind, whatever the time. */
const AT_A_STROKE_WH = 1_000;
/** Of what is stamped within a second nobody knows how far it was apart. */
const SECOND_MS = 1_000;
/** Registers are rounded to a Wh. */
const ROUNDED_WH = 1;
/** A wrong begin and a wrong end. */
const RISES_MAX = 2;
/** So many are known of; more than count say only that there are too many. */
const KEPT_MAX = 16;

/**
 * The energy without what the register rose by between two neighbouring readings, begin and end included, where its connector
 * cannot have delivered that meanwhile, and all the others go on from each other: a begin of 0 before the meter was read, or
 * a spike at the end. Nobody knows what of it flowed: without it is less, which is billed and said.
 */
export function withoutImpossibleRises(energy: Energy, session: NamedTimes, delivery: Delivery): Energy {
  const { told, from } = energy;
  const [first, ...others] = (from === null ? undefined : pointsOf(energy, from, session)) ?? [];
  if (from === null || !first) return energy;
  const rises = others.reduce((known, point) => risesWith(known, point, delivery), risesFrom(first));
  const impossible = impossibleIn(told, rises, delivery);
  if (impossible.length === 0) return energy;
  const less = impossible.reduce((known, rise) => withoutRise(known, rise, from), energy);
  return { ...less, told: { ...less.told, flags: [...less.told.flags, 'register-ambiguous'] } };
}

/** The energy so far without such rises, so that nobody is shown meanwhile what is not billed. */
export function withoutRisesSoFar<Known extends RegisterEnergy>(told: Known, rises: Rises, delivery: Delivery): Known {
  const upToWh = rises.first.energyWh + told.energyWh + ROUNDED_WH;
  const within = rises.impossible.filter(({ to }) => to.energyWh <= upToWh);
  const known = { impossible: within, count: rises.count - (rises.impossible.length - within.length) };
  const byWh = impossibleIn(told, known, delivery).reduce((sum, { from, to }) => sum + to.energyWh - from.energyWh, 0);
  return { ...told, energyWh: told.energyWh - byWh };
}

/** A clock that was set by a little shows by a session that is longer by its arrivals than by its stamps. */
export function unstampedMs(arrivedMs: number, stampedMs: number): number {
  const longerMs = arrivedMs - stampedMs;
  // A clock that was set by more is mended elsewhere, or what came later was queued.
  return longerMs > 0 && longerMs <= OFF_MS ? longerMs : 0;
}

/** The readings that go on from each other between begin and end; undefined where they are by another clock than those. */
function pointsOf(
  { told: { energyWh }, readings }: Energy,
  from: number,
  { startedAt, endedAt, isBeginNamed, isEndNamed }: NamedTimes,
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

/** From which point to which the register rose. */
interface Rise {
  readonly from: Reading;
  readonly to: Reading;
}

interface Decided {
  readonly first: Reading;
  readonly last: Reading;
  /** Since when the register at the last one may have been read. */
  readonly since: Reading;
  readonly count: number;
  readonly impossible: readonly Rise[];
}

/** What points that go on from each other tell of their rises, in a few figures. */
export interface Rises extends Decided {
  /** What was known before the last one, where that is stamped within a second: the next one tells the time. */
  readonly before?: Decided;
}

export function risesFrom(first: Reading): Rises {
  return { first, last: first, since: first, count: 1, impossible: [] };
}

/** With the next point. What was stamped within a second of the one before is looked at again by its time. */
export function risesWith({ before, ...known }: Rises, point: Reading, delivery: Delivery): Rises {
  const decided = before ? risenTo(before, known.last, point.at, delivery) : known;
  const risen = risenTo(decided, point, point.at, delivery);
  return point.at - decided.last.at < SECOND_MS ? { ...risen, before: decided } : risen;
}

/** With the next reading, whatever it says: one that falls shows that a rise above it was none, or has dropped out itself. */
export function risesOver(rises: Rises, reading: Reading, delivery: Delivery): Rises {
  if (reading.energyWh >= rises.last.energyWh) return risesWith(rises, reading, delivery);
  const { before: _before, ...known } = rises;
  const impossible = known.impossible.filter(({ to }) => to.energyWh <= reading.energyWh);
  const spike = known.impossible[impossible.length];
  if (!spike || reading.energyWh === 0 || reading.energyWh < spike.from.energyWh) return rises;
  return risesWith({ ...known, last: spike.from, since: spike.from, impossible }, reading, delivery);
}

/** With all its points by another clock. */
export function risesIn({ before: _before, ...rises }: Rises, time: (at: number) => number): Rises {
  const moved = (one: Reading): Reading => ({ ...one, at: time(one.at) });
  const { first, last, since, impossible } = rises;
  const all = impossible.map(({ from, to }) => ({ from: moved(from), to: moved(to) }));
  return { ...rises, first: moved(first), last: moved(last), since: moved(since), impossible: all };
}

/**
 * Whether the register can have risen to a point by some time. What was kept may be stamped when it was sent: then it was read at
 * any time since the point before, and of several that were, since the one before them.
 */
function risenTo(known: Decided, point: Reading, at: number, delivery: Delivery): Decided {
  const { maxW, mostW, believedWh, unstampedMs } = delivery;
  const { first, last, since } = known;
  const staleWh = Math.max(AT_A_STROKE_WH, (maxW * CLOCKS_APART_MS) / MS_PER_HOUR);
  const inTimeWh = Math.max(believedWh, (mostW * (at - last.at + unstampedMs)) / MS_PER_HOUR);
  const sinceWh = (maxW * (point.at - since.at)) / MS_PER_HOUR;
  const next = { ...known, last: point, count: known.count + 1 };
  // A register that stands at the begin may not have been read anew.
  if (point.energyWh - last.energyWh <= inTimeWh + staleWh)
    return { ...next, since: point.energyWh <= first.energyWh + ROUNDED_WH ? first : last };
  if (point.energyWh - since.energyWh <= sinceWh + staleWh) return next;
  return { ...next, since: point, impossible: [...known.impossible, { from: last, to: point }].slice(0, KEPT_MAX) };
}

/** Those that count: where too many, or all, are impossible, the power that was entered is wrong, or the stamps are. */
function impossibleIn(
  { fault, reset, energyWh }: RegisterEnergy,
  { impossible, count }: Pick<Rises, 'impossible' | 'count'>,
  delivery: Delivery,
): readonly Rise[] {
  if (fault || reset || energyWh <= delivery.believedWh + AT_A_STROKE_WH) return [];
  return impossible.length > RISES_MAX || impossible.length === count - 1 ? [] : impossible;
}

/** As if the begin, which nothing went on from, were that much higher; or all that comes after it that much lower. */
function withoutRise(energy: Energy, { from: before, to: point }: Rise, begin: number): Energy {
  const { told, from, readings } = energy;
  if (from === null) return energy;
  const byWh = point.energyWh - before.energyWh;
  const less = { ...told, energyWh: told.energyWh - byWh };
  if (before.energyWh <= begin + ROUNDED_WH) return { ...energy, told: less, from: from + byWh };
  return {
    ...energy,
    told: { ...less, plausibleWh: told.plausibleWh === null ? null : told.plausibleWh - byWh },
    readings: readings.map((one) => (one.at < point.at ? one : { ...one, energyWh: one.energyWh - byWh })),
  };
}
