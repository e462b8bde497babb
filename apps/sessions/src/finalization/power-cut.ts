import { connectorPower } from '@chargemesh/contracts';
import type { Sample } from '../meter/sample.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import { IDLE_STATES } from '../transactions/idle.js';
import type { Reading } from './dividing.js';
import { BEFORE_THE_BOOT_MS, DOUBT_MS } from './doubtful-time.js';
import type { Over } from './finalize-context.js';
import { mayHaveChargedMs } from './said-to-charge.js';

/** Of one that is never read silence tells little: a station may be restarted at any time. */
const UNREAD_MS = MS_PER_HOUR;

/** What was measured and said of a session, and what had been consumed when, in the order of time. */
interface Heard {
  readonly all: readonly Pick<Sample, 'at' | 'endWh' | 'chargingState'>[];
  readonly consumed: readonly Reading[];
  readonly trickleW: number;
}

/** A time in which nothing was heard of a session, in ms. */
interface Silence {
  readonly from: number;
  readonly to: number;
  /** Whether its station is known to have told nothing until it booted. */
  readonly isUntilBoot: boolean;
}

/**
 * Whether its station may have been without power for long while it ran: it booted after a time in which nothing was heard of the
 * session, and less flowed then than did before. A car that took nothing by then stood there all the while.
 * @param boots of its station while it ran
 */
export function isOverPowerCut(session: Over, heard: Heard, boots: readonly Date[]): boolean {
  // Before it was known here its station was not online, or its clock is behind.
  return boots
    .filter((bootedAt) => bootedAt > session.startReceivedAt)
    .flatMap((bootedAt) => silencesBefore(bootedAt.getTime(), momentsOf(session, heard)))
    .some((silence) => !isIdleAt(silence.from, heard) && isWithoutPower(silence, session, heard));
}

/** The register that is read for the end comes with the stop itself. */
function momentsOf({ startedAt, endedAt }: Over, { all }: Heard): number[] {
  const [start, end] = [startedAt.getTime(), endedAt.getTime()];
  const within = all.filter(({ endWh }) => endWh === null).map(({ at }) => at.getTime());
  return [start, ...within.filter((at) => at > start && at < end), end];
}

/** A router whose power was cut as well may boot for longer than the station, which goes on to read its meter. */
function silencesBefore(bootedAt: number, moments: readonly number[]): Silence[] {
  return moments.slice(1).flatMap((next, index) => {
    const [from, to] = [moments[index] as number, Math.min(next, bootedAt)];
    const isNear = from < bootedAt && next >= bootedAt - BEFORE_THE_BOOT_MS;
    return isNear && to - from > DOUBT_MS ? [{ from, to, isUntilBoot: next >= bootedAt }] : [];
  });
}

function isIdleAt(at: number, { all }: Heard): boolean {
  const word = all.findLast((one) => one.chargingState !== null && one.at.getTime() <= at)?.chargingState;
  return word != null && IDLE_STATES.has(word);
}

/** Whether so much less flowed in a silence than next to it that the power may have been away for long. */
function isWithoutPower(silence: Silence, { connector, endedAt }: Over, { all, consumed, trickleW }: Heard): boolean {
  const next = consumed.findIndex(({ at }) => at >= silence.to);
  const [first, last] = [consumed[next - 1] ?? consumed.at(-1), consumed[next]];
  const [from, to] = [first?.at ?? silence.from, last?.at ?? endedAt.getTime()];
  const flowedWh = (last?.energyWh ?? 0) - (first?.energyWh ?? 0);
  const besideMs = mayHaveChargedMs(all, from, silence.from) + mayHaveChargedMs(all, silence.to, to);
  const usualW = powerIn(consumed.slice(Math.max(0, next - 2), next)) ?? powerIn(consumed.slice(next, next + 2));
  const silentMs = silence.to - silence.from;
  // Nobody knows what the car takes: what flowed may have before the power went, and after it was back.
  if (usualW === undefined) {
    const isPossible = flowedWh * MS_PER_HOUR <= connectorPower(connector) * besideMs;
    return silence.isUntilBoot && silentMs > UNREAD_MS && isPossible;
  }
  if (usualW <= trickleW) return false;
  const poweredMs = (flowedWh * MS_PER_HOUR) / usualW - besideMs;
  return silentMs - Math.max(0, poweredMs) > DOUBT_MS;
}

function powerIn([one, other]: readonly Reading[]): number | undefined {
  if (!one || !other || other.at <= one.at) return undefined;
  return ((other.energyWh - one.energyWh) * MS_PER_HOUR) / (other.at - one.at);
}
