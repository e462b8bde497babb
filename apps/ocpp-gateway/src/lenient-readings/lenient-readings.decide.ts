import type { DataOf, MessagesReadLeniently } from '@chargemesh/contracts';
import type { Deviation } from '@chargemesh/ocpp';

export type LenientReadingCount = DataOf<typeof MessagesReadLeniently>['readings'][number];

/** Kinds of deviations that one event tells of one station; a station has few of them, or makes them up. */
const KINDS_MAX = 50;

/** How often the messages of one station were read by which rule; of each kind the place and word that came first. */
export class LenientReadingCounts {
  private readonly counts = new Map<string, LenientReadingCount>();

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

  list(): LenientReadingCount[] {
    return [...this.counts.values()];
  }
}
