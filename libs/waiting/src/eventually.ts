import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A test that waits in vain is red whatever it waits, so the ceiling only has to be beyond what the busiest machine needs,
 * and within the test's own (`testTimeout`), for the reason to be told.
 */
const CEILING_MS = 100_000;
const FIRST_PAUSE_MS = 5;
const PAUSE_MAX_MS = 500;

/**
 * Looks again and again until `look` no longer throws, and returns what it found: the one way in which a test waits for
 * what must come. At the ceiling it throws what `look` threw last.
 */
export async function eventually<T>(look: () => T | Promise<T>): Promise<T> {
  const until = performance.now() + CEILING_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 1.2)) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > until) throw error;
      await sleep(pauseMs);
    }
  }
}

/** Waits until something holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  await eventually(async () => {
    if (!(await holds())) throw new Error(`This never came about: ${holds.toString()}`);
  });
}
