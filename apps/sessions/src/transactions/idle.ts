import type { ChargingState } from '@chargemesh/contracts';
import { type Sample, inSeries } from '../meter/sample.js';
import { later } from './effective-time.js';
import type { Session } from './session.js';
import { clockOf, corrected } from './station-clock.js';

/** A car that takes nothing, in the station's words; before it has charged, being plugged in is no parking. */
export const IDLE_STATES: ReadonlySet<ChargingState> = new Set(['SuspendedEV', 'EVConnected', 'Idle']);

const MS_PER_HOUR = 3_600_000;

/** When a car counts as taking nothing without its station's word. */
export interface IdleRule {
  /** After so long, in seconds, */
  readonly afterS: number;
  /** with no more than this on average, in W: what a car takes that only keeps awake. */
  readonly powerW: number;
}

export type Idling = Pick<Session, 'stateAt' | 'hasCharged' | 'risenAt' | 'idleSince'>;

/** What a fact says of idling: the station's own word, or its registers. */
interface Word {
  readonly at: Date;
  readonly chargingState?: ChargingState | undefined;
  readonly samples: readonly Sample[];
}

/**
 * Since when the car takes nothing, as far as the facts so far tell: by the station's word, and where it never speaks of
 * that, once no more than a trickle has flowed for long. It is for what is shown meanwhile; what is billed is decided at the end
 * from all samples.
 */
export function idlingOf(before: Session, { at, chargingState, samples }: Word, rule: IdleRule): Idling {
  const clock = clockOf(before);
  const time = (moment: Date) => corrected(moment, clock);
  const { hasCharged, idleSince } = before;
  let { stateAt } = before;
  // OCPP 1.6 may say first that it is suspended; then the register tells that it has charged.
  const charged = hasCharged || chargingState === 'Charging' || before.risenAt !== null;
  if (chargingState !== undefined && (stateAt === null || time(at) >= stateAt)) {
    const since = stateAt === null ? time(at) : (idleSince ?? time(at));
    stateAt = time(at);
    const idle = charged && IDLE_STATES.has(chargingState);
    return { stateAt, hasCharged: charged, risenAt: before.risenAt, idleSince: idle ? since : null };
  }
  const risen = lastRise(before, samples, rule.powerW);
  const risenAt = risen ? time(risen) : before.risenAt;
  if (stateAt !== null) return { stateAt, hasCharged: charged, risenAt, idleSince: stillIdle(before, stateAt, risen) };
  const quietMs = risenAt === null ? 0 : later(before.lastHeardAt, time(at)).getTime() - risenAt.getTime();
  return { stateAt, hasCharged: charged, risenAt, idleSince: quietMs >= rule.afterS * 1_000 ? risenAt : null };
}

/** What rose since the last reading, where that is of after a word, shows that it charges again: the word of that is lost. */
function stillIdle({ walks, series, idleSince }: Session, stateAt: Date, risen: Date | undefined): Date | null {
  const last = walks[series];
  return risen && last && last.at >= stateAt.getTime() ? null : idleSince;
}

/** When the register was last seen higher than before by more than a trickle. */
function lastRise({ series, walks, beginWh }: Session, samples: readonly Sample[], trickleW: number): Date | undefined {
  const last = walks[series];
  let [at, wh, risen] = [last ? new Date(last.at) : null, last?.wh ?? beginWh, undefined as Date | undefined];
  for (const said of samples) {
    const sample = inSeries(said, series);
    const register = sample.energyWh ?? sample.endWh;
    if (register === null || (at !== null && sample.at < at)) continue;
    const trickleWh = at === null ? 0 : (trickleW * (sample.at.getTime() - at.getTime())) / MS_PER_HOUR;
    if (wh !== null && register - wh > trickleWh) risen = sample.at;
    [at, wh] = [sample.at, register];
  }
  return risen;
}
