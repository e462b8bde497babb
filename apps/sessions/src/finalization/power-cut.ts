import { connectorPower } from '@chargemesh/contracts';
import type { Sample } from '../meter/sample.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import { earlier, later } from '../transactions/effective-time.js';
import type { Over } from './finalize-context.js';

/** A station says so where its power was cut, or it began anew by itself. */
const CUT_REASONS: ReadonlySet<string> = new Set(['PowerLoss', 'Reboot']);
/** Who samples is heard of every quarter of an hour; nobody asks when it was off for so long. */
const OUTAGE_MS = 900_000;

/**
 * A stop that a station tells once it boots after a cut, and stamps then, says nothing of the time before: the car may have gone when the
 * power did. The smallest time that is possible is billed, to the last that is known, or as long as its energy takes.
 * @param measured in the order of time
 * @param bootedAt when it booted last, shortly before the stop came, to the minute
 * @returns the very same session where nothing is in doubt
 */
export function untilPowerCut(session: Over, measured: readonly Sample[], bootedAt: Date | null): Over {
  const { stopReason, endedAt, startedAt } = session;
  if (bootedAt === null || stopReason === null || !CUT_REASONS.has(stopReason) || endedAt < bootedAt) return session;
  const known = measured.findLast(({ at }) => at < bootedAt)?.at ?? startedAt;
  const lastAt = earlier(later(known, leastEnd(session)), endedAt);
  return bootedAt.getTime() - lastAt.getTime() > OUTAGE_MS ? { ...session, endedAt: lastAt } : session;
}

/** When its energy can have flowed at the earliest. */
function leastEnd({ startedAt, beginWh, endWh, connector }: Over): Date {
  if (beginWh === null || endWh === null || endWh <= beginWh) return startedAt;
  return new Date(startedAt.getTime() + Math.ceil(((endWh - beginWh) * MS_PER_HOUR) / connectorPower(connector)));
}
