import { isTransient } from '@chargemesh/persistence';
import { NotDurable } from './producer.js';

/** Whether trying the same again may succeed: the database or the log was away, or somebody was in the way. */
export function passes(error: unknown): boolean {
  if (error instanceof NotDurable || isTransient(error)) return true;
  return error instanceof Error && error.cause !== undefined && passes(error.cause);
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

export function stackOf(error: unknown): string | null {
  return error instanceof Error ? (error.stack ?? null) : null;
}
