import type { CompiledTariff } from './compiled-tariff.js';
import { DAY_MS } from './local-time.js';
import { SessionInvalid, type Stretch } from './session.js';
import { QUARTER_HOUR_MS } from './spot.js';

/** Parts of a session at most, beyond its periods: more than two an hour for a year. */
export const MAX_CHANGES = 20_000;
/** What anybody may ask for; takes 0.6 s of CPU at worst (`npm run bench:rating`). */
export const MAX_STEPS = 4_000_000;
/** To find the changes of a zone's clock in a day takes as long as so many steps. */
const STEPS_PER_DAY = 1_500;
/** Restrictions of so many prices are checked in the time of a step. */
const CHECKS_PER_STEP = 8;

/** What of a session the work depends on. */
export interface Extent {
  readonly startMs: number;
  readonly endMs: number;
  /** How many there are. */
  readonly periods: number;
}

/**
 * How long a session takes to rate, in steps of some 0.15 µs, known before it is done: its days by the times of day and
 * the elements of the tariff, and its periods by the prices with restrictions. A bound from above, not what it takes.
 */
export function stepsOf(tariff: CompiledTariff, { startMs, endMs, periods }: Extent): number {
  const { elements, windowsPerDay, restricted } = tariff.size;
  const days = windowsPerDay === 0 ? 0 : Math.floor(endMs / DAY_MS) - Math.floor(startMs / DAY_MS) + 1;
  const [energyCuts, elapsedCuts] = [tariff.energyCutsUwh.length, tariff.elapsedCutsMs.length];
  const span = Math.min(endMs, tariff.quartersToMs) - Math.max(startMs, tariff.quartersFromMs);
  const quarters = span > 0 ? Math.ceil(span / QUARTER_HOUR_MS) + 1 : 0;
  const changes = Math.min(MAX_CHANGES, days * windowsPerDay + energyCuts + elapsedCuts + quarters);
  const perPart = 1 + (restricted + energyCuts + elapsedCuts) / CHECKS_PER_STEP;
  return days * (STEPS_PER_DAY + windowsPerDay * elements) + (periods + changes) * perPart;
}

/** @throws SessionInvalid of what takes too long */
export function demandBounded(tariff: CompiledTariff, stretches: readonly Stretch[]): void {
  const [first, last] = [stretches[0], stretches.at(-1)];
  if (!first || !last) return;
  const steps = stepsOf(tariff, { startMs: first.startMs, endMs: last.endMs, periods: stretches.length });
  if (steps <= MAX_STEPS) return;
  const { elements, windowsPerDay } = tariff.size;
  const told = `${elements} elements, ${windowsPerDay} times of day, ${stretches.length} periods`;
  throw new SessionInvalid(
    'too-much-work',
    `rating it takes ${Math.ceil(steps)} steps (${told}), and ${MAX_STEPS} are the most`,
  );
}
