import { setTimeout as sleep } from 'node:timers/promises';

/** Beyond what the busiest cluster needs. */
const CEILING_MS = 900_000;
const ASKED_EVERY_MS = 2_000;

/** Looks again while it throws: a request that fails on a busy cluster tells no more than one that finds too little. */
export async function eventually(look) {
  for (const until = Date.now() + CEILING_MS; ; await sleep(ASKED_EVERY_MS)) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}
