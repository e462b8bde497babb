import type { Logger } from './log.js';
import type { BatchHandler, StoredRecord } from './transport.js';
import { Backoff } from './wait.js';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Delivers a batch to its handler until it succeeds. The handler throws retryable errors only (the database or the log is
 * away); of anything else it makes dead letters. Nothing is thrown to kafkajs, which would end its consumer.
 * @returns false when the signal ended it first
 */
export async function deliver(
  handle: BatchHandler,
  records: readonly StoredRecord[],
  context: { reader: string; signal: AbortSignal; logger: Logger },
): Promise<boolean> {
  const backoff = new Backoff(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
  while (!context.signal.aborted) {
    try {
      await handle(records);
      return true;
    } catch (error) {
      context.logger.warn(
        { err: error, reader: context.reader, records: records.length },
        'a batch will be tried again',
      );
      await backoff.pause(context.signal);
    }
  }
  return false;
}
