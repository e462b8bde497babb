import { platformMetrics } from '@chargemesh/contracts';
import { observe } from '@chargemesh/messaging';

/** What the platform promises to operators; the objectives are in docs/operations/slo.md and in the alerts. */
export type Slo = 'edge-availability' | 'answer-latency' | 'persisted-latency' | 'cdr-delay';

/** Operators that a process tells apart in its metrics: each makes a handful of series. */
export const OPERATORS_MAX = 200;

const shown = new Set<string>();

/** An operator's id as a label: the first 200 that the process meets, then `other`. */
export function operatorLabel(operatorId: string): string {
  if (shown.has(operatorId)) return operatorId;
  if (shown.size >= OPERATORS_MAX) return 'other';
  shown.add(operatorId);
  return operatorId;
}

/** Counts what met a service level objective and what did not. Create it after the meter provider is registered. */
export class SloEvents {
  // Read when somebody asks: the hot path only adds one.
  private readonly met = new Map<string, number>();
  private readonly missed = new Map<string, number>();

  constructor(slo: Slo) {
    observe(platformMetrics.process.sloEvents, (result) => {
      for (const [counts, met] of [
        [this.met, 'true'],
        [this.missed, 'false'],
      ] as const)
        for (const [operator, count] of counts)
          result.observe(count, {
            'chargemesh.slo': slo,
            'chargemesh.operator.id': operator,
            'chargemesh.slo.met': met,
          });
    });
  }

  count(operatorId: string, met: boolean): void {
    const operator = operatorLabel(operatorId);
    const counts = met ? this.met : this.missed;
    counts.set(operator, (counts.get(operator) ?? 0) + 1);
    // Both are there from the first event: a rate needs the zero before the one.
    const others = met ? this.missed : this.met;
    if (!others.has(operator)) others.set(operator, 0);
  }
}
