import type { Started } from '../transactions/settle.js';
import type { Basis } from './hold-reasons.js';

/** Said of a session of which the station named the register at the end, or at the begin, and not the other. */
export const BEGIN_UNSAID = 'begin-unsaid';
export const END_UNSAID = 'end-unsaid';

/** A reading in the message of the start or the end is as good as named. */
const AT_ONCE_MS = 5_000;

/**
 * A station that names the one register names the other too: where it does not, a reading that is a while away stands for
 * it, and less may be billed than was charged. What nobody reported as ended is none of it.
 * @param readings in the order of time
 */
export function unsaid(
  { startedAt, endedAt, endClaimedAt }: Started & { endedAt: Date },
  readings: readonly { readonly at: number }[],
  { beginWh, endWh }: Basis,
): string[] {
  const [first, last] = [readings[0], readings.at(-1)];
  if (!first || !last || endClaimedAt === null || (beginWh === null) === (endWh === null)) return [];
  if (beginWh === null) return first.at - startedAt.getTime() > AT_ONCE_MS ? [BEGIN_UNSAID] : [];
  return endedAt.getTime() - last.at > AT_ONCE_MS ? [END_UNSAID] : [];
}
