import type { SessionToken } from '@chargemesh/contracts';
import type { Series } from '../meter/register.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import { CHARGED_WH } from '../transactions/billed-from.js';
import type { HoldReason } from './hold-reason.js';
import type { Beliefs } from './limit.js';

/** Why a session is held whose end is not known, although the next one at its EVSE begins far higher. */
export const WENT_ON = 'register-went-on';
/** Those for which one is held that the next one at its EVSE may settle, once it is final. */
export const OPEN_UNTIL_NEXT: readonly HoldReason[] = [WENT_ON, 'no-end-value'];
/** Said of a session before which energy flowed at its EVSE that no session tells of. */
export const ENERGY_BETWEEN = 'energy-between';

/** A register at an EVSE, and when it was read; of the session before, since when that says no more. */
export interface RegisterAt {
  readonly series: Series;
  readonly wh: number;
  readonly at: Date;
}

/** The last register of a session, and its begin: where its meter hung, the last may be of any time since. */
export interface LastRegister extends RegisterAt {
  readonly begin: Omit<RegisterAt, 'series'>;
}

/** The register at the begin of the next session, by whom that is, and when its station says that it began. */
export interface NextBegin extends RegisterAt {
  readonly token: SessionToken | null;
  readonly claimedAt: Date;
}

/** The registers next to a session at its EVSE. */
export interface RegistersAround {
  /**
   * The last of the session before, where that tells itself of nothing that is missing; with what sessions at other EVSEs of
   * the station charged since, as far as their registers lie between, so that they may have the same meter. It stands for the
   * time since it rose last: what a station repeats at the end may be of then.
   */
  readonly before: LastRegister | null;
  /** At which the next session began. */
  readonly next: NextBegin | null;
  /** Whether it, and those before it, began above where the one before each ended, so that the ends come too early. */
  readonly isShortEachTime: boolean;
  /** Whether a register of any of them, before or after it, or of the EVSE while it was free, tells of more than 0, so that it has a meter. */
  readonly isMetered: boolean;
  /** Whether that is told by the EVSE while it was free alone, so that a register of 0 is none. */
  readonly isReadWhileFreeAlone: boolean;
  /** Whether any of them tells of its energy by intervals, so that a register of 0 is none. */
  readonly isByIntervals: boolean;
}

export const NOTHING_AROUND: RegistersAround = {
  before: null,
  next: null,
  isShortEachTime: false,
  isMetered: false,
  isReadWhileFreeAlone: false,
  isByIntervals: false,
};

/** A station samples a while before the end, */
const UNSEEN_WH = 1_000;
/** and uses some by itself, which its meter may count as well. */
export const STANDBY_W = 100;

/**
 * Whether energy flowed between two readings of one meter that is worth asking for. What its connector cannot have
 * delivered since the first of two sessions began is no energy: the meter was changed, or counts anew.
 */
export function isUnseen(
  from: LastRegister | null,
  to: RegisterAt | null,
  { maxPowerW, resolutionWh, beliefs }: { maxPowerW: number; resolutionWh: number; beliefs: Beliefs },
): boolean {
  if (!from || !to || from.series !== to.series) return false;
  const wh = to.wh - from.wh;
  const hoursSince = (at: Date): number => (to.at.getTime() - at.getTime()) / MS_PER_HOUR;
  const possibleWh = beliefs.powerFactor * maxPowerW * hoursSince(from.begin.at);
  return wh > UNSEEN_WH + STANDBY_W * hoursSince(from.at) + resolutionWh && to.wh - from.begin.wh <= possibleWh;
}

/** What a station uses at most, with all that heats or cools it, in W. */
const USED_MOST_W = 500;

/** Whether more flowed between two registers than a station can have used by itself, however little that is. */
export function isAboveUse(from: RegisterAt, to: RegisterAt, stepWh: number): boolean {
  const hours = Math.max(0, to.at.getTime() - from.at.getTime()) / MS_PER_HOUR;
  return from.series === to.series && to.wh - from.wh > CHARGED_WH + USED_MOST_W * hours + stepWh;
}
