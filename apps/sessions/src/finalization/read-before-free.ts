import type { Sample } from '../meter/sample.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import { CHARGED_WH } from '../transactions/billed-from.js';
import type { Over } from './finalize-context.js';
import type { Delivery } from './impossible-rises.js';
import type { Choice } from './series.js';

/** What a session took before its connector is said to have been free. */
export interface ReadBefore {
  readonly at: Date;
  readonly risenWh: number;
}

/** One reading may be of another clock. */
const READINGS_MIN = 2;

/**
 * What was read of a session between its start and a moment at which its connector was said to be free, before it was known here: a
 * station that is online again says first that its connectors are free, and then its queue. Of readings that rise as its
 * connector may have delivered it, that word does not take away what they tell. Null where they do not rise so.
 */
export function readBeforeFree(
  { startedAt }: Pick<Over, 'startedAt'>,
  { beginWh }: Pick<Choice, 'beginWh'>,
  measured: readonly Pick<Sample, 'at' | 'energyWh'>[],
  { freeAt, delivery: { mostW, believedWh } }: { freeAt: Date | null; delivery: Delivery },
): ReadBefore | null {
  if (freeAt === null || beginWh === null || freeAt <= startedAt) return null;
  let last = { at: startedAt, energyWh: beginWh };
  let count = 0;
  for (const { at, energyWh } of measured) {
    if (energyWh === null || at <= startedAt || at > freeAt) continue;
    const possibleWh = Math.max(believedWh, (mostW * (at.getTime() - last.at.getTime())) / MS_PER_HOUR);
    if (energyWh < last.energyWh || energyWh - last.energyWh > possibleWh) return null;
    if (at > last.at) count += 1;
    last = { at, energyWh };
  }
  const risenWh = last.energyWh - beginWh;
  return count >= READINGS_MIN && risenWh > CHARGED_WH ? { at: last.at, risenWh } : null;
}
