/** How often an event alone may take too long before it is set aside. */
const TRIES = 3;
const REMEMBERED = 1_000;

/** What is done with an event whose statement took too long although it was alone. */
export type Verdict = 'again' | 'wait' | 'park';

/**
 * Tells an event that takes too long from a database that is slow: it is the event's own fault only when others of the
 * service were applied meanwhile. One for all consumers of a service in a process.
 */
export class Overdue {
  private readonly tries = new Map<string, { count: number; readonly appliedBefore: number }>();
  private applied = 0;

  /** Events were applied. */
  succeeded(eventIds: readonly string[]): void {
    this.applied += eventIds.length;
    if (this.tries.size > 0) for (const id of eventIds) this.tries.delete(id);
  }

  isSuspect(eventId: string): boolean {
    return this.tries.has(eventId);
  }

  judge(eventId: string): Verdict {
    const { count, appliedBefore } = this.tries.get(eventId) ?? { count: 0, appliedBefore: this.applied };
    this.tries.delete(eventId);
    this.tries.set(eventId, { count: count + 1, appliedBefore });
    if (this.tries.size > REMEMBERED) this.tries.delete(this.tries.keys().next().value as string);
    if (count + 1 < TRIES) return 'again';
    return this.applied > appliedBefore ? 'park' : 'wait';
  }
}
