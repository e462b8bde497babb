import { type Series, isNet } from '../meter/register.js';
import { type RegisterEnergy, type Walk, energyOfWalk, energyOfNet, walkFrom, walked } from './register-walk.js';
import { WH_PER_KWH } from '../meter/watt-hours.js';

/**
 * A walk, and the one from another begin that is possible too: a begin in kWh that is said to be in Wh, or that nobody
 * named, so that the first reading stands for it, which has no more say than any other.
 */
export interface WalkOfBegins extends Walk {
  /** Whether the begin is but a reading. */
  readonly isRead?: true;
  readonly other?: WalkOfBegins;
}

/** What is told of the energy, by the begin that is the more careful one. */
export interface RegisterEnergyFrom extends RegisterEnergy {
  /** The register that counts as the begin, where it is not the one of the walk. */
  readonly fromWh?: number;
}

/** Begin and end as far as they are named, of one series or not, and what could have been charged at most. */
export interface Ends {
  readonly beginWh: number | null;
  readonly endWh: number | null;
  readonly mixed: boolean;
  readonly limitWh: number;
  readonly series?: Series;
}

/** Registers are rounded to a Wh at begin and end. */
const ROUNDED_WH = 1;
/** Some OCPP 2.x stations leave out what the register in the message of the start is read for. */
const AT_START_MS = 5_000;

export function walkFromBegin(beginWh: number): WalkOfBegins {
  return walkFrom(beginWh);
}

/** Where nobody names a begin: a register that is read at the start is as good as named. */
export function firstWalk(register: number, at: Date, startedAt: Date | null): WalkOfBegins {
  const isOfStart = startedAt !== null && at.getTime() - startedAt.getTime() <= AT_START_MS;
  return isOfStart ? walkFromBegin(register) : walkFromReading(register);
}

function walkFromReading(register: number): WalkOfBegins {
  return { ...walkFrom(register), isRead: true };
}

/**
 * The course with its next reading, by each of the begins.
 * @param read as the station told it, where that is taken for another register: it shows how finely registers are told
 */
export function wentOn(before: WalkOfBegins, register: number, limitWh: number, read = register): WalkOfBegins {
  const walk: WalkOfBegins = { ...before, ...walked(before, register, limitWh, read) };
  if (before.other) return { ...walk, other: wentOn(before.other, register, limitWh, read) };
  const other = walk.beyond ? undefined : otherFrom(before, register, limitWh);
  return other ? { ...walk, other } : walk;
}

/**
 * What is billed. Where another begin is possible, and tells of less, that counts and is said; where it shows that nobody
 * can tell, nothing is billed. Of several series that cannot be compared nothing is billed, whatever each of them tells.
 */
export function energyOfBegins(walk: WalkOfBegins | undefined, ends: Ends): RegisterEnergyFrom {
  const told = energyOfEither(walk, ends);
  if (!ends.mixed) return told;
  return { ...told, fault: 'registers-mixed' };
}

function energyOfEither(walk: WalkOfBegins | undefined, ends: Ends): RegisterEnergyFrom {
  if (isNet(ends.series)) return withoutBegin(energyOfNet(walk, ends), ends);
  const told = energyOfWalk(walk, ends);
  const other = walk && !told.fault ? energyOfOther(walk, ends) : undefined;
  // An end below it shows that it is no begin.
  if (!other || other.fault === 'end-below-begin') return told;
  if (other.fault) return other;
  if (told.energyWh - other.energyWh <= ROUNDED_WH) return told;
  return { ...other, flags: [...other.flags, 'register-ambiguous'] };
}

function withoutBegin(told: RegisterEnergy, { beginWh }: Ends): RegisterEnergy {
  return beginWh === null ? { ...told, flags: ['no-begin-value', ...told.flags] } : told;
}

/** By the other begin; of an end alone nothing is told. */
function energyOfOther(walk: WalkOfBegins, ends: Ends): RegisterEnergyFrom | undefined {
  const { endWh, limitWh } = ends;
  const other = walk.other ?? (endWh === null ? undefined : otherFrom(walk, endWh, limitWh));
  if (!other) return undefined;
  if (other.isRead && !walk.other) return energyOfWalk(undefined, ends);
  return { fromWh: other.from, ...energyOfEither(other, ends) };
}

/**
 * Another begin that a reading makes possible: one that lies a thousandfold above the begin. A begin that is named is in
 * kWh where it is said more finely than the reading; a meter that is new, or counts each session, begins low as well.
 */
function otherFrom(walk: WalkOfBegins, register: number, limitWh: number): WalkOfBegins | undefined {
  const { from, top, isRead } = walk;
  const otherWh = from * WH_PER_KWH;
  if (register === 0 || register < otherWh - ROUNDED_WH) return undefined;
  if (isRead) return walkFromReading(register);
  const isReached = top >= otherWh - ROUNDED_WH;
  if (isReached || decimalsOf(from) <= decimalsOf(register)) return undefined;
  return wentOn(walkFromBegin(otherWh), register, limitWh);
}

const DECIMALS_MAX = 6;

export function decimalsOf(register: number): number {
  for (let decimals = 0; decimals < DECIMALS_MAX; decimals++) {
    const shifted = register * 10 ** decimals;
    if (Math.abs(shifted - Math.round(shifted)) < 1e-3) return decimals;
  }
  return DECIMALS_MAX;
}
