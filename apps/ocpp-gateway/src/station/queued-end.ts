import type { MessageContext } from './message-context.js';

const MINUTE_MS = 60_000;
/** A queue is sent so soon after the connection stands. */
const SENT_WITHIN_MS = 15 * MINUTE_MS;
/** What is late by less was on its way. */
const LATE_MS = 5 * MINUTE_MS;

/**
 * Whether the end of a transaction waited for its connection, though its station does not say so (1.6 cannot): it is stamped before that,
 * comes with what is sent first, and nothing that was told since the connection stands is as late, as it would be by a clock
 * that is behind. A station that tells the present state of its connectors before its queue was not set back in between.
 */
export function isQueuedEnd({ connectedAt, receivedAt, toldTimes }: MessageContext, at: string): boolean {
  if (!toldTimes) return false;
  const [atMs, connectedMs, receivedMs] = [at, connectedAt, receivedAt].map(Date.parse) as [number, number, number];
  const lateMs = receivedMs - atMs;
  if (atMs >= connectedMs || lateMs < LATE_MS || receivedMs - connectedMs > SENT_WITHIN_MS) return false;
  const told = toldTimes.before(receivedMs).told.filter((one) => one.receivedMs >= connectedMs);
  return !told.some((one) => one.lateMs > lateMs - MINUTE_MS);
}
