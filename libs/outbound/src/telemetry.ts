import { platformMetrics } from '@chargemesh/contracts';
import { counterOf, histogramOf, observe } from '@chargemesh/messaging';
import type { CallInHand, Outcome } from './call.js';
import type { Backlog } from './backlog.store.js';

const { outbound } = platformMetrics;

/** What outbound calls measure; without a meter provider it does nothing. Create it after the provider is registered. */
export class OutboundTelemetry {
  private readonly attempts = counterOf(outbound.attempts);
  private readonly durations = histogramOf(outbound.attemptDuration);
  private backlog: readonly Backlog[] = [];

  constructor() {
    observe(outbound.waiting, (result) => {
      for (const { destination, waiting } of this.backlog)
        result.observe(waiting, { 'chargemesh.outbound.destination': destination });
    });
    observe(outbound.oldestWaiting, (result) => {
      for (const { destination, oldestS } of this.backlog)
        result.observe(oldestS, { 'chargemesh.outbound.destination': destination });
    });
  }

  attempted({ destination, kind }: CallInHand, { result }: Outcome, milliseconds: number): void {
    this.attempts.add(1, { 'chargemesh.outbound.destination': destination, 'chargemesh.outbound.result': result });
    this.durations.record(milliseconds / 1_000, {
      'chargemesh.outbound.kind': kind,
      'chargemesh.outbound.result': result,
    });
  }

  /** What waits, as it was seen last. */
  waits(backlog: readonly Backlog[]): void {
    this.backlog = backlog;
  }
}
