const FIRST_MS = 100;
const LONGEST_MS = 300_000;
/** The pause grows with the age, so that what comes late is found in a fraction of the time it took. */
const PART_OF_AGE = 4;

/** When what waits is tried again by itself, unless what it waits for arrives before. */
export function nextTry(parkedAt: Date, now: Date): Date {
  const age = now.getTime() - parkedAt.getTime();
  return new Date(now.getTime() + Math.min(Math.max(age / PART_OF_AGE, FIRST_MS), LONGEST_MS));
}
