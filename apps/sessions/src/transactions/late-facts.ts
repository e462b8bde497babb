import { platformMetrics } from '@chargemesh/contracts';
import { histogramOf } from '@chargemesh/messaging';

/** Something that came of a session when it was final already. */
export interface LateFact {
  readonly type: string;
  readonly afterS: number;
  /** Whether it corrects the session by itself, or only when somebody asks for it. */
  readonly correction: 'automatic' | 'requested';
}

/** Measures what comes too late, and how late. */
export class LateFacts {
  private readonly delays = histogramOf(platformMetrics.charging.lateFacts);

  measure(facts: readonly LateFact[]): void {
    for (const { type, afterS, correction } of facts)
      this.delays.record(afterS, { 'chargemesh.event.type': type, 'chargemesh.session.correction': correction });
  }
}
