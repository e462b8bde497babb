import type { Grouped } from '../transactions/groups.js';
import type { Whole } from '../transactions/lifecycle.js';
import type { Freed } from './freed.js';
import type { Beliefs } from './limit.js';
import type { Neighbour } from './overlap.js';
import type { RegistersAround } from './registers-around.js';
import type { RegisterSpans } from './registers-overlap.js';
import type { Beside } from './shared-meter.js';
import type { Proof } from './proofs.js';
import type { Unstarted } from './unstarted.js';
import type { MeterKey } from './verified.js';

export interface FinalizeContext {
  readonly now: Date;
  /** Without energy for so long, a session is parking, in seconds. */
  readonly idleAfterS: number;
  /** What is no more than a trickle, in W. */
  readonly idlePowerW: number;
  /** Of the station. */
  readonly keys: readonly MeterKey[];
  /** What proved other sessions by pages of these keys that lie next to those of this one. */
  readonly proofs: readonly Proof[];
  /** Of the operator. */
  readonly beliefs: Beliefs;
  /** When the session's connector was last known to be free, or its station booted, before it. */
  readonly freeAt: Date | null;
  /** When the session before it at its connector ended, where nobody named its begin. */
  readonly emptyAt: Date | null;
  /** What is known of its connector after it, where its end was not reported. */
  readonly freed: Freed | null;
  /** Sessions that began at its connector while it is said to have run. */
  readonly begunWithin: readonly Neighbour[];
  /** Final sessions that began before it at its connector, and are said to have run after its start. */
  readonly ranInto: readonly Neighbour[];
  /** Transactions of its station that were heard of while it ran, and whose start never came. */
  readonly unstarted: readonly Unstarted[];
  /** Whether a register was told of a session before it at another EVSE of its station; asked only where none is of its own. */
  readonly isStationRead: boolean;
  /** Whether the clock of its station was far off in the session next to it that was told as it happened. */
  readonly clockBeside: 'ahead' | 'behind' | null;
  /** When its station booted last before its end was told. */
  readonly bootedBeforeEnd: Date | null;
  /** When its station booted while it ran, the latest of them. */
  readonly boots: readonly Date[];
  /** When its connector was free last, a quarter of an hour or more before its end. */
  readonly freeBeforeEnd: Date | null;
  /** The end of the session before it at its EVSE, where that was reported. */
  readonly toldBefore: Told | null;
  /** Sessions at other connectors of its station that ran while it did, by registers that may be the same. */
  readonly beside: readonly Beside[];
  /** When its connector was free first, or another session began there, between two ends that were reported. */
  readonly freeBetween: Date | null;
  /** What the sessions before and after it at its connector say of the register. */
  readonly around: RegistersAround;
  /** What the sessions before and after it at its connector are billed of the register. */
  readonly stretches: RegisterSpans;
  /** The groups of the tokens that ended it and are not its driver's, by token. */
  readonly groupsOfEnds: ReadonlyMap<string, Grouped>;
  /** Whether nobody knows at which EVSE of its station it was. */
  readonly isPlaceUnknown: boolean;
}

/** When something was told that a station said of a moment. */
export interface Told {
  readonly at: Date;
  readonly receivedAt: Date;
}

/** One whose end counts as much as its start. */
export type Over = Whole & { endedAt: Date };
