import type { ChargingState } from '@chargemesh/contracts';
import { powerBackOf, registerBackOf } from '../meter/others.js';
import { type Series, isNet } from '../meter/register.js';
import { type Sample, inSeries } from '../meter/sample.js';
import { resolutionOf } from '../finalization/register-walk.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import { later } from './effective-time.js';
import type { Session } from './session.js';
import { type Followed, GIVEN_BACK } from './walks.js';
import { clockOf, corrected } from './station-clock.js';

/** A car that takes nothing, or is given nothing, in the station's words; before it has charged, being plugged in is no parking. */
export const IDLE_STATES: ReadonlySet<ChargingState> = new Set(['SuspendedEV', 'SuspendedEVSE', 'EVConnected', 'Idle']);

/** No car charges with less: where not even that may flow, a register is waited for as long as this would need to move it. */
const SHOWN_W = 100;

/** When a car counts as taking nothing without its station's word. */
export interface IdleRule {
  /** After so long, in seconds, */
  readonly afterS: number;
  /** with no more than this on average, in W: what a car takes that only keeps awake. */
  readonly powerW: number;
}

export type Idling = Pick<Session, 'stateAt' | 'chargingState' | 'hasCharged' | 'risenAt' | 'idleSince'>;

/** What a fact says of idling: the station's own word, or its registers. */
interface IdleFact {
  readonly at: Date;
  readonly chargingState?: ChargingState | undefined;
  readonly samples: readonly Sample[];
}

/**
 * Since when the car takes nothing, as far as the facts so far tell: by the station's word, or once no more than a trickle has
 * flowed for long. It is for what is shown meanwhile; what is billed is decided at the end from all samples.
 */
export function idlingOf(before: Session, word: IdleFact, rule: IdleRule): Idling {
  const clock = clockOf(before);
  const at = corrected(word.at, clock);
  const risen = lastRise(before, word.samples, rule.powerW);
  const risenAt = risen ? corrected(risen, clock) : before.risenAt;
  const { chargingState: said } = word;
  if (said !== undefined && (before.stateAt === null || at >= before.stateAt))
    return asSaid({ ...before, risenAt }, said, at, { ...rule, hasRisen: risen !== undefined });
  const { stateAt, chargingState, idleSince } = before;
  const hasCharged = before.hasCharged || said === 'Charging' || before.risenAt !== null;
  const known = { stateAt, chargingState, hasCharged, risenAt };
  if (chargingState !== null && IDLE_STATES.has(chargingState))
    return { ...known, idleSince: isRiseAfter(before, risen) ? null : idleSince };
  return { ...known, idleSince: quietSince(known, later(before.lastHeardAt, at), quietMs(before, rule)) };
}

/** The newest word. OCPP 1.6 may say first that it is suspended; then the register tells that it has charged. */
function asSaid(before: Session, said: ChargingState, at: Date, rule: IdleRule & { hasRisen: boolean }): Idling {
  const hasCharged = before.hasCharged || said === 'Charging' || before.risenAt !== null;
  const chargesAgain = said === 'Charging' && before.chargingState !== null && before.chargingState !== said;
  const risenAt = chargesAgain ? at : before.risenAt;
  const known = { stateAt: at, chargingState: said, hasCharged, risenAt };
  const isIdle = IDLE_STATES.has(said);
  const quiet = quietSince(isIdle ? before : known, later(before.lastHeardAt, at), quietMs(before, rule));
  if (!isIdle) return { ...known, idleSince: quiet };
  // Said again of a car that takes energy, or gives it back.
  if (rule.hasRisen && said === before.chargingState) return { ...known, idleSince: null };
  return { ...known, idleSince: hasCharged ? (before.idleSince ?? quiet ?? at) : null };
}

/** Since when no more than a trickle has flowed, once that is long. */
function quietSince({ risenAt }: Omit<Idling, 'idleSince'>, now: Date, afterMs: number): Date | null {
  if (risenAt === null) return null;
  return now.getTime() - risenAt.getTime() >= afterMs ? risenAt : null;
}

function quietMs({ walks, series }: Session, rule: IdleRule): number {
  const walk = walks[series]?.walk;
  return idleAfterMs(rule, walk ? resolutionOf(walk) : 0);
}

/** How long a register of some resolution stands still before its car counts as taking nothing: a trickle would have shown. */
export function idleAfterMs({ afterS, powerW }: IdleRule, resolutionWh: number): number {
  return Math.max(afterS * 1_000, (resolutionWh * MS_PER_HOUR) / Math.max(powerW, SHOWN_W));
}

/** What rose since the last reading, where that is of after the last word, shows that it charges again: the word of that is lost. */
function isRiseAfter({ walks, series, stateAt }: Session, risen: Date | undefined): boolean {
  const last = walks[series];
  return risen !== undefined && last !== undefined && stateAt !== null && last.at >= stateAt.getTime();
}

/** When the register was last seen higher than before by more than a trickle, or more than that was measured, or came back. */
function lastRise({ series, walks, beginWh }: Session, samples: readonly Sample[], trickleW: number): Date | undefined {
  const last = walks[series];
  const isBack = givesBack(walks[GIVEN_BACK], trickleW);
  let [at, wh, risen] = [last ? new Date(last.at) : null, last?.wh ?? beginWh, undefined as Date | undefined];
  for (const said of samples) {
    if (isBack(said)) risen = said.at;
    const sample = inSeries(said, series);
    const register = sample.energyWh ?? sample.endWh;
    if (register === null || (at !== null && sample.at < at)) continue;
    const trickleWh = at === null ? 0 : (trickleW * (sample.at.getTime() - at.getTime())) / MS_PER_HOUR;
    if (movedWh(series, wh ?? register, register) > trickleWh || (sample.powerW ?? 0) > trickleW) risen = sample.at;
    [at, wh] = [sample.at, register];
  }
  return risen;
}

/** Net energy falls where the car gives back. */
function movedWh(series: Series, from: number, to: number): number {
  return isNet(series) ? Math.abs(to - from) : to - from;
}

/** Whether a sample shows that the car gives energy back: by its power, or by the register of that. */
function givesBack(last: Pick<Followed, 'at' | 'wh'> | undefined, trickleW: number): (sample: Sample) => boolean {
  let known = last;
  return (sample) => {
    const [at, wh, before] = [sample.at.getTime(), registerBackOf(sample), known];
    if (wh !== null && at >= (before?.at ?? at)) known = { at, wh };
    if ((powerBackOf(sample) ?? 0) > trickleW) return true;
    if (wh === null || !before || at < before.at) return false;
    return (wh - before.wh) * MS_PER_HOUR > trickleW * (at - before.at);
  };
}
