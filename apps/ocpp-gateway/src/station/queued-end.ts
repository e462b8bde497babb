import { MINUTE_MS, OFF_MS, ON_ITS_WAY_MS } from './late-start.js';
import type { MessageContext } from './message-context.js';

/**
 * Whether the end of a transaction waited for its connection, though its station does not say so (1.6 cannot): it is stamped before that,
 * comes with what is sent first, and what was told less late on that connection shows that the clock is right. Where nothing was told by the
 * station's clock, that is so as well unless it has booted: its clock may go on from where the power was cut.
 */
export function isQueuedEnd({ connectedAt, receivedAt, toldTimes }: MessageContext, at: string): boolean {
  if (!toldTimes) return false;
  const [atMs, connectedMs, receivedMs] = [at, connectedAt, receivedAt].map(Date.parse) as [number, number, number];
  const lateMs = receivedMs - atMs;
  if (atMs >= connectedMs || lateMs < OFF_MS || receivedMs - connectedMs > ON_ITS_WAY_MS) return false;
  const { bootedMs, told } = toldTimes.before(receivedMs);
  const toldHere = told.filter((one) => one.receivedMs >= connectedMs);
  if (toldHere.some((one) => one.lateMs < lateMs - MINUTE_MS)) return true;
  return toldHere.length === 0 && (bootedMs ?? -Infinity) < connectedMs;
}
