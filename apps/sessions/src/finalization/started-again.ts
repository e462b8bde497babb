import { anyCase } from '@chargemesh/contracts';
import { ANEW_WH, isNet } from '../meter/register.js';
import { MS_PER_HOUR } from '../meter/watt-hours.js';
import { CHARGED_WH } from '../transactions/billed-from.js';
import type { Energy } from './differing.js';
import type { Over } from './finalize-context.js';
import type { Billed } from './intervals.js';
import { type RegistersAround, STANDBY_W } from './registers-around.js';

/** What is measured of a session, and when it was first said or read to charge. */
interface Start extends Energy {
  readonly of: Billed;
  readonly chargedAt: Date | null;
}

/** What gets no answer is said again so soon, or at the next connection. */
const SOON_MS = 300_000;

/**
 * Whether nothing flowed in a session of which nothing but its start is known, since the next one at its EVSE begins at its register, by the
 * same token: a station that never heard the answer to its start says that again, by a new id, at a new time or with a register that is read anew.
 */
export function isStartedAgain(
  { token, startClaimedAt, startedAt }: Pick<Over, 'token' | 'startClaimedAt' | 'startedAt'>,
  { told, from, resolutionWh, of: { choice }, chargedAt }: Start,
  { next }: RegistersAround,
): boolean {
  const { beginWh, endWh, series } = choice;
  const isStartAlone = told.fault === 'no-end-value' && endWh === null && beginWh !== null && chargedAt === null;
  if (!isStartAlone || from !== beginWh || beginWh < ANEW_WH || isNet(series)) return false;
  if (!next?.token || !token || anyCase(next.token.uid) !== anyCase(token.uid) || next.series !== series) return false;
  const mostWh = usedMeanwhile({ startClaimedAt, startedAt }, next, resolutionWh);
  return next.wh >= beginWh && next.wh - beginWh <= mostWh;
}

/** What a register may have risen by though nothing was charged. */
function usedMeanwhile(
  { startClaimedAt, startedAt }: Pick<Over, 'startClaimedAt' | 'startedAt'>,
  next: NonNullable<RegistersAround['next']>,
  resolutionWh: number,
): number {
  if (next.claimedAt.getTime() === startClaimedAt.getTime()) return CHARGED_WH;
  const afterMs = next.at.getTime() - startedAt.getTime();
  // A register in kWh that names no unit rises by as little in hours of charging.
  return resolutionWh + (afterMs <= SOON_MS ? (STANDBY_W * afterMs) / MS_PER_HOUR : 0);
}
