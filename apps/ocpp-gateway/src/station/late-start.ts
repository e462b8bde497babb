import type { MessageContext } from './message-context.js';
import { isByZone } from './told-times.js';

export const MINUTE_MS = 60_000;
/** A message may be delayed for so long, by the network or by unanswered messages before it. */
export const ON_ITS_WAY_MS = 15 * MINUTE_MS;
/** A clock that is off by less is left alone. */
export const OFF_MS = 5 * MINUTE_MS;
/** A queue arrives in a burst: what arrived so far apart, and as far as it happened to the seconds, was told at once. */
const SPACED_MS = 30_000;
const SECONDS_MS = 10_000;
/** A queue is sent so soon after the boot. */
const SENT_SOON_MS = MINUTE_MS;

/**
 * The flag of a start that came long after its time though the station was online by then, and had no reason to queue it:
 * its clock is probably behind.
 */
const START_TIME_DOUBTFUL = 'start-time-doubtful';

export function lateStartFlag(context: MessageContext, at: string, offline: boolean): string | undefined {
  if (offline) return undefined;
  const receivedMs = Date.parse(context.receivedAt);
  const start = { atMs: Date.parse(at), receivedMs, lateMs: receivedMs - Date.parse(at) };
  const isDoubtful = wasOnline(context, start) || isByClockBehind(context, start);
  return isDoubtful ? START_TIME_DOUBTFUL : undefined;
}

interface Start {
  readonly atMs: number;
  readonly receivedMs: number;
  readonly lateMs: number;
}

function wasOnline({ connectedAt, toldTimes }: MessageContext, { atMs, receivedMs, lateMs }: Start): boolean {
  const connectedMs = Date.parse(connectedAt);
  // The start waited for our answer.
  const isByAnother = atMs > connectedMs && isByZone(lateMs);
  if (toldTimes?.wasRight(receivedMs, lateMs) && !isByAnother) return false;
  // A queue is sent as soon as the connection stands; a clock may be further behind than the connection is old.
  return lateMs > ON_ITS_WAY_MS && (atMs > connectedMs || receivedMs - connectedMs > ON_ITS_WAY_MS);
}

/**
 * Whether what its station told since its boot shows that its clock is behind, as one that goes on from where the power was cut: a
 * connector said as late what happened some time before; or the start lies before the boot, and did not come right after it. What came
 * less late shows that the clock is right, and the start waited.
 */
function isByClockBehind({ toldTimes }: MessageContext, { atMs, receivedMs, lateMs }: Start): boolean {
  const before = toldTimes?.before(receivedMs);
  if (!before || lateMs < OFF_MS) return false;
  const { bootedMs, told } = before;
  if (told.some((one) => one.lateMs < lateMs - MINUTE_MS)) return false;
  const isAsLate = told.some(
    (one) => Math.abs(one.lateMs - lateMs) <= SECONDS_MS && receivedMs - one.receivedMs >= SPACED_MS,
  );
  if (isAsLate || bootedMs === undefined) return isAsLate;
  return lateMs > ON_ITS_WAY_MS && atMs < bootedMs && receivedMs - bootedMs > SENT_SOON_MS;
}
