import type { Sample } from '../meter/sample.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import { IDLE_STATES } from '../transactions/idle.js';
import type { Reading } from './dividing.js';
import { BEFORE_THE_BOOT_MS, DOUBT_MS } from './doubtful-time.js';
import type { Over } from './finalize-context.js';
import { mayHaveChargedMs } from './said-to-charge.js';

/** What flows in less may be less than a step of the register. */
const MEASURED_MS = 900_000;

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
}

/**
 * Whether its station may have been without power for long while it ran: it booted after a time in which nothing was heard of the
 * session, and less flowed then than did before and after. A car that took nothing by then stood there all the while; of one whose register is
 * not read nobody knows, and most stations that boot were only restarted, or away from us.
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
    return isNear && to - from > DOUBT_MS ? [{ from, to }] : [];
  });
}

function isIdleAt(at: number, { all }: Heard): boolean {
  const word = all.findLast((one) => one.chargingState !== null && one.at.getTime() <= at)?.chargingState;
  return word != null && IDLE_STATES.has(word);
}

/** Whether so much less flowed in a silence than next to it that the power may have been away for long. */
function isWithoutPower(silence: Silence, { endedAt }: Over, { all, consumed, trickleW }: Heard): boolean {
  const found = consumed.findIndex(({ at }) => at >= silence.to);
  const next = found < 0 ? consumed.length : found;
  const [first, last] = [consumed[next - 1], consumed[next]];
  const [from, to] = [first?.at ?? silence.from, last?.at ?? endedAt.getTime()];
  const flowedWh = (last?.energyWh ?? 0) - (first?.energyWh ?? 0);
  const usualW = usualPower(consumed.slice(0, next), consumed.slice(next), trickleW);
  if (usualW <= trickleW) return false;
  const besideMs = mayHaveChargedMs(all, from, silence.from) + mayHaveChargedMs(all, silence.to, to);
  const poweredMs = (flowedWh * MS_PER_HOUR) / usualW - besideMs;
  return silence.to - silence.from - Math.max(0, poweredMs) > DOUBT_MS;
}

/** Before and after, the lower: a car takes less when it is nearly full, or when its site is short of power; 0, where nothing tells. */
function usualPower(before: readonly Reading[], after: readonly Reading[], trickleW: number): number {
  const powers = [powerIn(before.toReversed()), powerIn(after)].filter((power) => power > trickleW);
  return powers.length === 0 ? 0 : Math.min(...powers);
}

/** By the readings from the first on, as far as they tell of a quarter of an hour; 0 where none do. */
function powerIn([first, ...readings]: readonly Reading[]): number {
  if (!first) return 0;
  const apart = (one: Reading) => Math.abs(one.at - first.at);
  const other = readings.find((one) => apart(one) >= MEASURED_MS) ?? readings.at(-1);
  if (!other || apart(other) === 0) return 0;
  return (Math.abs(other.energyWh - first.energyWh) * MS_PER_HOUR) / apart(other);
}
