import { MINUTE_MS, OFF_MS, ON_ITS_WAY_MS } from './late-start.js';
import type { MessageContext } from './message-context.js';
import { SENT_NEXT_MS, isByZone } from './told-times.js';

/** Said of an end that waited, or was told at once by a clock that is behind: nobody can tell. */
export const QUEUED_OR_BEHIND = 'queued-or-behind';

/** Said of an end that is stamped when its connection began, or right after: some stations stamp what they kept when they send it. */
const SENT_AT_CONNECTION = 'sent-at-connection';

export function sentAtConnectionFlag(
  { connectedAt, receivedAt, toldTimes }: MessageContext,
  at: string,
  transactionId: string,
): string | undefined {
  const [atMs, connectedMs, receivedMs] = [at, connectedAt, receivedAt].map(Date.parse) as [number, number, number];
  // What was told of on the connection before runs on it.
  if (!toldTimes || toldTimes.ranOn(transactionId, connectedMs)) return undefined;
  const isSentThen = atMs >= connectedMs - MINUTE_MS && receivedMs - connectedMs <= SENT_NEXT_MS;
  return isSentThen ? SENT_AT_CONNECTION : undefined;
}

/**
 * Whether the end of a transaction waited for its connection, though its station does not say so (1.6 cannot): it is stamped before that,
 * comes with what is sent first, and what was told less late on that connection shows that the clock is right. Where nothing was told by the
 * station's clock, that is so as well; but where it has booted its clock may go on from where the power was cut, and of a message that is
 * replayed nobody knows: then it may be either. What was less late two minutes before at most shows that the clock is right, whatever
 * connection it came on; but that of transactions may be another one, of another zone.
 */
export function queuedEnd(
  { connectedAt, receivedAt, toldTimes }: MessageContext,
  at: string,
  transactionId?: string,
): 'queued' | 'maybe' | 'not' {
  const [atMs, connectedMs, receivedMs] = [at, connectedAt, receivedAt].map(Date.parse) as [number, number, number];
  const lateMs = receivedMs - atMs;
  if (lateMs < OFF_MS) return 'not';
  if (!toldTimes) return atMs < connectedMs ? 'maybe' : 'not';
  // Its clock was set back where it was told of as it happened, and later than that.
  if (transactionId !== undefined && toldTimes.ranAfter(transactionId, atMs)) return 'not';
  // Who gets no answer keeps what it has to tell on a connection that stands, too.
  const isOnline = atMs >= connectedMs;
  if (toldTimes.wasRight(receivedMs, lateMs)) return byRightClock(isOnline, lateMs);
  if (isOnline) return 'not';
  const { bootedMs, told } = toldTimes.before(receivedMs);
  const { leastLateMs, queueMs } = toldTimes.since(connectedMs);
  if (receivedMs - connectedMs > ON_ITS_WAY_MS && receivedMs - queueMs > SENT_NEXT_MS) return 'not';
  if (leastLateMs < lateMs - MINUTE_MS) return 'queued';
  if (told.some((one) => one.receivedMs >= connectedMs)) return 'not';
  return (bootedMs ?? -Infinity) < connectedMs ? 'queued' : 'maybe';
}

/** The clock of its connectors, that is; on a connection that stands the one of its transactions may be of another zone. */
function byRightClock(isOnline: boolean, lateMs: number): 'queued' | 'maybe' {
  return isOnline && isByZone(lateMs) ? 'maybe' : 'queued';
}
