import type { Series } from '../meter/register.js';
import { type Sample, inSeries } from '../meter/sample.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import type { Reading } from './dividing.js';

/** A session at another EVSE of its station that ran meanwhile, by a register that may be the very same. */
export interface Beside {
  readonly samples: readonly Sample[];
  /** The highest register at which a session of the station had ended before either began. */
  readonly endedAtWh: number | null;
}

/** Readings are rounded, but not by so much that two meters look like one. */
const ROUNDED_MAX_WH = 100;
/** A register is read a little before or after its stamp. */
const STAMPED_MS = 5_000;
/** Readings between which another meter hardly stands by chance. */
const CLOSE_MS = 900_000;
const CLOSE_WH = 2_000;
/** As many registers as two sessions have of which nothing was read in between. */
const BEGINS_AND_ENDS = 4;

/** A session as far as it tells whether its meter is another one's as well. */
export interface Counted {
  readonly series: Series;
  readonly samples: readonly Sample[];
  readonly resolutionWh: number;
  /** What its connector delivers at most, as far as its operator believes. */
  readonly maxPowerW: number;
}

/** Said of one whose register may count another one as well, where too little was read to be sure. */
export const METER_MAYBE_SHARED = 'meter-maybe-shared';

/**
 * Whether the register of a session may count another one as well, as where two connectors have one meter: all that both
 * read makes one register, that neither falls, now or since what ended before, nor rises by more than two connectors
 * deliver; and a part of it would be billed twice. Two meters may stand so by chance, where too little was read.
 */
export function sharedMeter(own: Counted, beside: readonly Beside[]): 'surely' | 'maybe' | undefined {
  const ways = beside.map((other) => sharedWith(own, other));
  return ways.find((way) => way === 'surely') ?? ways.find((way) => way !== undefined);
}

function sharedWith(own: Counted, { samples, endedAtWh }: Beside): 'surely' | 'maybe' | undefined {
  const withinWh = Math.min(own.resolutionWh, ROUNDED_MAX_WH);
  const [registers, others] = [registersIn(own.samples, own.series), registersIn(samples, own.series)];
  const onlyBegin = onlyBeginIn(registers, others, withinWh) ?? onlyBeginIn(others, registers, withinWh);
  if (onlyBegin) return onlyBegin;
  if (sharedWh(registers, others) <= withinWh) return undefined;
  const all = inOrder([...registers.map(asOf('own')), ...others.map(asOf('other'))]);
  const isBefore = endedAtWh === null || endedAtWh - (all[0]?.energyWh ?? 0) <= withinWh;
  const turns = turnsIn(all);
  if (!isBefore || turns < 2 || !isOneRegister(all, withinWh, own.maxPowerW)) return undefined;
  return turns === 2 && all.length <= BEGINS_AND_ENDS ? 'maybe' : 'surely';
}

/**
 * Whether of one only the begin is known, and that lies between two readings of the other one: where those are far apart from each other,
 * in time or in energy, another meter may stand there by chance.
 */
function onlyBeginIn([begin, ...more]: readonly Reading[], others: readonly Reading[], withinWh: number) {
  if (!begin || more.length > 0) return undefined;
  // What took nothing shares nothing.
  if ((others.at(-1)?.energyWh ?? 0) - (others[0]?.energyWh ?? 0) <= withinWh) return undefined;
  const around = others.flatMap((after, index) => {
    const before = others[index - 1];
    if (!before) return [];
    const isBetween = begin.at > before.at - STAMPED_MS && begin.at < after.at + STAMPED_MS;
    const isOver = begin.energyWh >= before.energyWh - withinWh && begin.energyWh <= after.energyWh + withinWh;
    return isBetween && isOver ? [{ ms: after.at - before.at, wh: after.energyWh - before.energyWh }] : [];
  });
  if (around.length === 0) return undefined;
  return around.some(({ ms, wh }) => ms <= CLOSE_MS && wh <= CLOSE_WH) ? 'surely' : 'maybe';
}

interface Owned extends Reading {
  readonly of: 'own' | 'other';
}

function asOf(of: Owned['of']): (reading: Reading) => Owned {
  return (reading) => ({ ...reading, of });
}

/** What was read of a series from its begin on, without what lies beside begin and last register. */
function registersIn(samples: readonly Sample[], series: Series): Reading[] {
  const read = samples.flatMap((sample): Reading[] => {
    const { energyWh, beginWh, endWh } = inSeries(sample, series);
    const values = [beginWh, energyWh, endWh].filter((wh) => wh !== null);
    return values.map((wh) => ({ at: sample.at.getTime(), energyWh: wh }));
  });
  const all = inOrder(read);
  const [first, last] = [all[0], all.at(-1)];
  return first && last ? all.filter(({ energyWh }) => energyWh >= first.energyWh && energyWh <= last.energyWh) : [];
}

function inOrder<T extends Reading>(readings: readonly T[]): T[] {
  return readings.toSorted((a, b) => a.at - b.at || a.energyWh - b.energyWh);
}

/** By how much the registers of both lie over each other. */
function sharedWh(a: readonly Reading[], b: readonly Reading[]): number {
  const [low, high] = [Math.max(a[0]?.energyWh ?? 0, b[0]?.energyWh ?? 0), [a.at(-1), b.at(-1)]];
  return Math.min(...high.map((last) => last?.energyWh ?? 0)) - low;
}

/** How often a reading of the one follows one of the other: twice where one of them was read between two readings of the other. */
function turnsIn(all: readonly Owned[]): number {
  return all.filter(({ of }, index) => index > 0 && all[index - 1]?.of !== of).length;
}

/** @param maxPowerW of one connector */
function isOneRegister(all: readonly Reading[], withinWh: number, maxPowerW: number): boolean {
  const deliveredWh = (ms: number): number => (maxPowerW * ms) / MS_PER_HOUR;
  let highest = all[0] ?? { at: 0, energyWh: 0 };
  return all.every((reading, index) => {
    const ms = reading.at - (all[index - 1]?.at ?? reading.at) + STAMPED_MS;
    const [fell, rose] = [highest.energyWh - reading.energyWh, reading.energyWh - highest.energyWh];
    // Of two that are stamped within some seconds the second may have been read first.
    const behindWh = reading.at - highest.at <= STAMPED_MS ? deliveredWh(STAMPED_MS) : 0;
    if (rose >= 0) highest = reading;
    return fell <= withinWh + behindWh && rose <= withinWh + 2 * deliveredWh(ms);
  });
}
