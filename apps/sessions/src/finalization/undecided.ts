import type { Whole } from '../transactions/lifecycle.js';
import { endOf } from '../transactions/lifecycle.js';
import type { Finalized } from './finalize.decide.js';
import { held } from './held.js';

/** How long until one that cannot be decided on is looked at again by itself. */
const AGAIN_MS = 3_600_000;

/** A session for which what decides on it cannot be read or computed: a person sees it, and it is tried again later. */
export function undecided(session: Whole, now: Date): Finalized {
  const { beginWh, endWh, energyWh, version } = session;
  const over = { ...session, version: version + 1, endedAt: session.endedAt ?? endOf(session).endedAt };
  const told = { energyWh, plausibleWh: null, flags: [] };
  const basis = { beginWh, endWh, sumWh: energyWh };
  const { session: waits, fact } = held(over, told, { reasons: ['not-decidable'], basis, next: null });
  return { session: { ...waits, finalDueAt: againAt(now) }, ...(fact ? { fact } : {}) };
}

export function againAt(now: Date): Date {
  return new Date(now.getTime() + AGAIN_MS);
}
