import { type Pulses, pulseOf, pulsesWith } from './pulses.js';
import { WH_PER_KWH } from '../meter/watt-hours.js';

/**
 * What the registers of a session tell of its energy: one walk over its readings in the order of time, that keeps the
 * same few figures however many readings there are. The running energy and the final one follow it. All in Wh.
 */
export interface Walk {
  /** The register taken as the begin or, without one, the first reading. */
  readonly from: number;
  /** The last reading that goes on from the begin. */
  readonly top: number;
  /** Whether there is one besides the begin itself. */
  readonly agreed: boolean;
  /** A reading that fell to above the begin: another series of registers, of which nobody knows which is the right one. */
  readonly between: number | null;
  /** Readings that fell below the begin and have not come back: the first of them and the last. */
  readonly fell: readonly [first: number, last: number] | null;
  /** Whether those fell again among themselves. */
  readonly broken: boolean;
  /** Whether the last reading is more than could have been charged. */
  readonly beyond: boolean;
  /** Whether a reading was passed over. */
  readonly odd: boolean;
  /** What rose altogether if every fall was a reset, the reading that it rose to, and whether there was a fall. */
  readonly rises: readonly [sum: number, to: number, fallen: boolean];
  /** What the readings are multiples of, 1 to 1,000, the last one that tells, and whether two different ones did. */
  readonly grain: readonly [stepWh: number, register: number, sure: boolean];
  /** What their rises are multiples of; absent before there is one, and in what was kept before 2026-11-28. */
  readonly pulses?: Pulses;
}

/** Why nothing is billed before somebody decides. */
export type RegisterFault = 'above-limit' | 'end-below-begin' | 'no-begin-value' | 'no-end-value' | 'registers-mixed';

export interface RegisterEnergy {
  /** What is billed, or is as good as certain where nothing is; never above the limit. */
  readonly energyWh: number;
  /** The register up to which it is, null where no reading goes on from the begin. */
  readonly plausibleWh: number | null;
  readonly fault?: RegisterFault;
  /** What rose before and after a reset. */
  readonly reset?: { readonly top: number; readonly fell: readonly [first: number, last: number] };
  readonly flags: readonly string[];
}

/** Registers of 1.6 are rounded to a Wh at begin and end. */
const FINEST_WH = 1;
const COARSEST_WH = 1_000;
/** What begins at 0 with each session is seldom coarser. */
const COARSEST_OF_NOTHING_WH = 100;
/** One round figure may be chance. */
const COARSEST_OF_ONE_WH = 10;

export function walkFrom(from: number): Walk {
  return {
    from,
    top: from,
    agreed: false,
    between: null,
    fell: null,
    broken: false,
    beyond: false,
    odd: false,
    rises: [0, from, false],
    grain: [COARSEST_WH, 0, false],
  };
}

/**
 * The walk with its next reading. What falls and comes back is passed over, and so is what is above the limit.
 * @param limitWh what could have been charged at most
 * @param read as the station told it, where that is taken for another register
 */
export function walked(before: Walk, register: number, limitWh: number, read = register): Walk {
  const pulses = pulsesWith(before.pulses, read);
  const grain = grainWith(before.grain, read);
  const walk = { ...before, grain, ...(pulses && { pulses }), beyond: register - before.from > limitWh };
  if (walk.beyond) return { ...walk, odd: true };
  const within = resolutionOf(walk);
  const rises = risesWith(before.rises, register, within, limitWh);
  if (register >= walk.top - within)
    return {
      ...walk,
      rises,
      top: register,
      agreed: true,
      fell: null,
      broken: false,
      odd: walk.odd || walk.fell !== null,
    };
  if (register > walk.from + within) return { ...walk, rises, between: register, odd: true };
  const [first, last] = walk.fell ?? [register, register];
  if (register < last - within) return { ...walk, rises, fell: [first, register], broken: true };
  return { ...walk, rises, fell: [first, register] };
}

/**
 * What is billed. Where begin and end are known, only their difference decides; where the end lies below the begin or is
 * not known, the readings in between do, if they tell.
 * @param walk undefined without begin and readings
 */
export function energyOfWalk(
  walk: Walk | undefined,
  { beginWh, endWh, limitWh }: { beginWh: number | null; endWh: number | null; limitWh: number },
): RegisterEnergy {
  if (!walk) return endWh === null ? nothing({ flags: ['no-end-value'] }) : nothing({ fault: 'no-begin-value' });
  const odd = walk.odd || walk.between !== null || walk.fell !== null || walk.beyond;
  const flags = [...(beginWh === null ? ['no-begin-value'] : []), ...(endWh === null ? ['no-end-value'] : [])];
  if (endWh === null) return unended(walk, limitWh, [...flags, ...(odd ? ['implausible-reading'] : [])]);
  const differenceWh = endWh - walk.from;
  if (differenceWh > limitWh) return held(walk, 'above-limit', flags, limitWh);
  if (differenceWh < 0 && !isRounding(differenceWh, walk)) return belowBegin(walk, endWh, limitWh, flags);
  const energyWh = Math.max(0, differenceWh);
  if (odd) flags.push('implausible-reading');
  if (isAmbiguous(risesWith(walk.rises, endWh, resolutionOf(walk), limitWh), endWh, energyWh, walk, limitWh))
    flags.push('register-ambiguous');
  return { energyWh, plausibleWh: endWh, flags };
}

/**
 * What is billed by a register that counts what the car gives back as well: it rises and falls, so that readings in between
 * tell nothing of begin and end. Without an end the last possible reading stands for it.
 */
export function energyOfNet(walk: Walk | undefined, ends: { endWh: number | null; limitWh: number }): RegisterEnergy {
  const { endWh, limitWh } = ends;
  if (!walk) return endWh === null ? nothing({ flags: ['no-end-value'] }) : nothing({ fault: 'no-begin-value' });
  const [, lastWh] = walk.rises;
  const flags = endWh === null ? ['no-end-value'] : [];
  const heldBy = (fault: RegisterFault): RegisterEnergy => nothing({ fault, flags, plausibleWh: lastWh });
  if (endWh === null && !walk.agreed && walk.between === null && !walk.fell) return heldBy('no-end-value');
  if (endWh === null && walk.beyond) return heldBy('registers-mixed');
  const differenceWh = (endWh ?? lastWh) - walk.from;
  if (differenceWh > limitWh) return heldBy('above-limit');
  if (differenceWh < -FINEST_WH) return heldBy('end-below-begin');
  return { energyWh: Math.max(0, differenceWh), plausibleWh: endWh ?? lastWh, flags };
}

function nothing(told: Partial<RegisterEnergy>): RegisterEnergy {
  return { energyWh: 0, plausibleWh: null, flags: [], ...told };
}

/** The end below the begin: a reset, if readings on this side of it go on from the begin. */
function belowBegin(before: Walk, endWh: number, limitWh: number, flags: readonly string[]): RegisterEnergy {
  const walk = walked(before, endWh, limitWh);
  const told = afterReset(walk, limitWh, flags);
  return told ?? held(before, 'end-below-begin', flags, limitWh);
}

function unended(walk: Walk, limitWh: number, flags: readonly string[]): RegisterEnergy {
  const { from, top, agreed, between, fell, beyond } = walk;
  const told = fell && !beyond ? afterReset(walk, limitWh, flags) : undefined;
  if (told) return told;
  if (beyond || between !== null || fell) return held(walk, 'registers-mixed', flags, limitWh);
  if (!agreed) return held(walk, 'no-end-value', flags, limitWh);
  const energyWh = Math.max(0, top - from);
  if (energyWh > limitWh) return held(walk, 'above-limit', flags, limitWh);
  const ambiguous = isAmbiguous(walk.rises, top, energyWh, walk, limitWh);
  return { energyWh, plausibleWh: top, flags: [...flags, ...(ambiguous ? ['register-ambiguous'] : [])] };
}

/** What rose before and after a reset, if that is what the readings show; what the reset swallowed is not guessed. */
function afterReset(walk: Walk, limitWh: number, flags: readonly string[]): RegisterEnergy | undefined {
  const { from, top, agreed, between, fell, broken } = walk;
  if (!fell || !agreed || broken || between !== null) return undefined;
  if (fell.some((register) => isOtherUnit(register, walk, limitWh))) return undefined;
  const energyWh = Math.max(0, top - from) + Math.max(0, fell[1] - fell[0]);
  if (energyWh > limitWh) return undefined;
  const ambiguous = isAmbiguous(walk.rises, fell[1], energyWh, walk, limitWh);
  return {
    energyWh,
    plausibleWh: top,
    reset: { top, fell },
    flags: [...flags, 'register-reset', ...(ambiguous ? ['register-ambiguous'] : [])],
  };
}

function held(
  { from, top, agreed, between }: Walk,
  fault: RegisterFault,
  flags: readonly string[],
  limitWh: number,
): RegisterEnergy {
  const last = between ?? (agreed ? top : null);
  const plausibleWh = last !== null && last - from <= limitWh ? last : null;
  return { energyWh: Math.max(0, (plausibleWh ?? from) - from), plausibleWh, fault, flags };
}

/** Whether it may as well have been more, since a fall that came back may be a reset. The smaller figure is billed. */
function isAmbiguous([sum, to, fallen]: Walk['rises'], last: number, energyWh: number, walk: Walk, limitWh: number) {
  return fallen && to === last && sum <= limitWh && sum > energyWh + resolutionOf(walk);
}

/** With the next reading, if that is possible after the one before. */
function risesWith([sum, to, fallen]: Walk['rises'], register: number, within: number, limitWh: number): Walk['rises'] {
  if (register - to > limitWh) return [sum, to, fallen];
  return [sum + Math.max(0, register - to), register, fallen || to - register > within];
}

/** kWh said to be Wh, or the other way round. */
function isOtherUnit(register: number, walk: Walk, limitWh: number): boolean {
  if (register === 0) return false;
  return [register * WH_PER_KWH, register / WH_PER_KWH].some(
    (one) => one >= walk.from - FINEST_WH && one <= walk.from + limitWh,
  );
}

/** Whether an end below the begin is but a rounded one, of a session in which nothing rose. */
function isRounding(differenceWh: number, walk: Walk): boolean {
  return Math.max(-differenceWh, walk.top - walk.from) <= resolutionOf(walk);
}

/** By how much readings of one register differ because they are rounded. */
export function resolutionOf({ grain: [stepWh, register, sure], pulses }: Walk): number {
  if (register === 0) return FINEST_WH;
  return Math.max(sure ? stepWh : Math.min(stepWh, COARSEST_OF_ONE_WH), pulseOf(pulses));
}

/** By how much registers may be rounded at most, also where they stand still: what all of them are multiples of. */
export function stepOf(registers: readonly number[]): number {
  const isOf = (step: number): boolean => registers.every((wh) => wh % step === 0);
  if (registers.every((wh) => wh === 0)) return registers.length === 0 ? 0 : COARSEST_OF_NOTHING_WH;
  return [COARSEST_WH, 100, 10].find(isOf) ?? FINEST_WH;
}

/** Whether a register says another one in units of so many Wh, rounded or cut off. */
export function isInUnitsOf(unitWh: number, register: number, wh: number): boolean {
  const moreWh = wh - register * unitWh;
  return moreWh >= -unitWh / 2 && moreWh < unitWh;
}

/** A register of 0 is a multiple of everything and tells nothing. */
function grainWith([stepWh, known, sure]: Walk['grain'], register: number): Walk['grain'] {
  if (register === 0) return [stepWh, known, sure];
  let step = stepWh;
  while (step > FINEST_WH && Math.abs(register / step - Math.round(register / step)) * step > 1e-3) step /= 10;
  return [step, register, sure || (known !== 0 && known !== register)];
}
