import { isTransient } from '@chargemesh/persistence';
import { Unanswerable } from '@chargemesh/ocpp';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Retries work on the database while it is away, for a bounded time. Then the message is not answered, so that the station
 * keeps it and sends it again.
 */
export async function retryWhileDatabaseAway<T>(work: () => Promise<T>, withinMs: number): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error)) throw error;
      if (performance.now() + pauseMs > deadline) throw new Unanswerable('the database is away');
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
