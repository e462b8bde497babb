import { ANEW_WH, isNet } from '../meter/register.js';
import { type Neighbour, ranOn } from './overlap.js';
import { isInUnitsOf } from './register-walk.js';
import { WH_PER_KWH } from '../meter/watt-hours.js';

/** Why a session is held of whose energy another one at its EVSE would be billed a part as well. */
export const REGISTERS_OVERLAP = 'registers-overlap';
/** Said of one of which that part is no more than its operator believes without asking. */
export const ENERGY_TWICE = 'energy-twice';

/** What a session at an EVSE is billed of its register. */
export interface RegisterSpan extends Neighbour {
  /** Where that begins, whether it is named or read; null where nobody knows. */
  readonly fromWh: number | null;
  readonly energyWh: number;
  /** Whether it waits for a person because of that already, or somebody decided on it. */
  readonly isSeen: boolean;
}

/** The sessions before and after one at its EVSE, in the order of time. */
export interface RegisterSpans {
  readonly before: readonly RegisterSpan[];
  readonly after: readonly RegisterSpan[];
}

export const NO_SPANS: RegisterSpans = { before: [], after: [] };

/** A station that counts each session from 0 ends below the one before it sooner or later: so many rise in a row by chance in 1 of 120. */
const RISING = 5;
/** Begin and end are rounded, and read a moment before. It is less than a cent. */
const ROUNDED_WH = 10;

/** A stretch of which the begin is known. */
type Known = RegisterSpan & { fromWh: number };

/**
 * How much of its register a session shares with another one at its EVSE, in Wh: one of both begins below where the
 * one before it came to, and not anew. What ran at one time is told by its times (`ranOn`).
 */
export function sharedWhOf(own: RegisterSpan, { before, after }: RegisterSpans, resolutionWh: number): number {
  if (isNet(own.series)) return 0;
  const withinWh = Math.max(resolutionWh, ROUNDED_WH);
  const all = [...before, own, ...after].filter((one) => one.series === own.series).filter(isKnown);
  const index = all.findIndex((one) => one === own);
  if (index < 0) return 0;
  const shared = all.map((other, at) => {
    const [first, next] = at < index ? [at, index] : [index, at];
    return other === own || !isBackAt(all, first, next, withinWh) ? 0 : commonWh(own as Known, other);
  });
  const most = Math.max(...shared);
  return most > withinWh ? most : 0;
}

/** One that is billed nothing shares nothing, but may show that the register counts anew. */
function isKnown(one: RegisterSpan): one is Known {
  return one.fromWh !== null && (one.energyWh > 0 || one.fromWh < ANEW_WH);
}

/** Whether the register went back at the later of two sessions, and never began anew since the earlier one. */
function isBackAt(all: readonly Known[], first: number, next: number, withinWh: number): boolean {
  const [earlier, later, before] = [all[first] as Known, all[next] as Known, all[next - 1] as Known];
  const isAnew = all.some((_, index) => index > first && index <= next && isAnewAt(all, index, withinWh));
  return !isAnew && later.fromWh < endOf(before) - withinWh && !ranOn(earlier, later);
}

/**
 * Whether the register began anew at a session. What ends above the one before it, and never began anew, has a begin that is none: on a
 * young meter one that its station remembers is as low, and so is one in kWh, or one that was not read.
 */
function isAnewAt(all: readonly Known[], at: number, withinWh: number): boolean {
  const [one, before] = [all[at] as Known, all.slice(0, at)];
  const last = before.at(-1);
  if (one.fromWh >= ANEW_WH) return false;
  if (!last || endOf(one) <= endOf(last) || hasBegunAnew(before)) return true;
  if (isInKilowattHours(one, last)) return false;
  if (one.fromWh <= ROUNDED_WH) return before.length < RISING - 1 && !all.some(({ fromWh }) => fromWh >= ANEW_WH);
  const isRemembered = before.some((other) => one.fromWh >= other.fromWh && one.fromWh < endOf(other) - withinWh);
  const countsFrom0 = before.some((other, index) => index > 0 && other.fromWh <= ROUNDED_WH);
  return !isRemembered || countsFrom0;
}

/** Whether one of them, of which nobody doubts that, ended below the one before it. */
function hasBegunAnew(all: readonly Known[]): boolean {
  return all.some((one, index) => {
    const before = all[index - 1];
    return before !== undefined && !one.isSeen && one.fromWh < ANEW_WH && endOf(one) <= endOf(before);
  });
}

/** Whether a begin says in kWh, rounded or cut off, where the one before came to. */
function isInKilowattHours({ fromWh }: Known, last: Known): boolean {
  return fromWh >= 1 && isInUnitsOf(WH_PER_KWH, fromWh, endOf(last));
}

function commonWh(a: Known, b: Known): number {
  return Math.min(endOf(a), endOf(b)) - Math.max(a.fromWh, b.fromWh);
}

function endOf({ fromWh, energyWh }: Known): number {
  return fromWh + energyWh;
}
