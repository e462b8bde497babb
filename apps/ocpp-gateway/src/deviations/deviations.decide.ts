import type { DataOf, MessagesReadLeniently } from '@chargemesh/contracts';
import type { Deviation } from '@chargemesh/ocpp';

export type DeviationCount = DataOf<typeof MessagesReadLeniently>['readings'][number];

/** Kinds of deviations that one event carries; a station has few, or is hostile. */
const KINDS_MAX = 50;

/** Counts of lenient readings of one station by action and rule, each with the place and value that came first. */
export class DeviationCounts {
  private readonly counts = new Map<string, DeviationCount>();

  get isEmpty(): boolean {
    return this.counts.size === 0;
  }

  /** Counts each rule once per message. */
  add(action: string, deviations: readonly Deviation[]): void {
    const seen = new Set<string>();
    for (const { rule, path, word } of deviations) {
      if (seen.has(rule)) continue;
      seen.add(rule);
      const key = `${action} ${rule}`;
      const known = this.counts.get(key);
      if (!known && this.counts.size >= KINDS_MAX) continue;
      const count = (known?.count ?? 0) + 1;
      this.counts.set(
        key,
        known ? { ...known, count } : { action, rule, path: path.slice(0, 255), ...(word ? { word } : {}), count },
      );
    }
  }

  list(): DeviationCount[] {
    return [...this.counts.values()];
  }
}
