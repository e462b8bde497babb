import { type QuarantineEvent, type StationEvent, platformMetrics } from '@chargemesh/contracts';
import { histogramOf } from '@chargemesh/messaging';
import { SloEvents } from '@chargemesh/service';

/** What the SLO `persisted-latency` allows, in seconds. */
const PERSISTED_WITHIN_S = 10;

const MEASURED: ReadonlySet<string> = new Set(['transaction-started', 'transaction-updated', 'transaction-ended']);

/** Measures how long what stations say of transactions takes until it is in the database. */
export class Persisted {
  private readonly durations = histogramOf(platformMetrics.charging.persisted);
  private readonly slo = new SloEvents('persisted-latency');

  measure(events: readonly (StationEvent | QuarantineEvent)[], now: Date): void {
    for (const { type, operatorId, data } of events) {
      if (!MEASURED.has(type) || !('receivedAt' in data)) continue;
      const seconds = Math.max(0, now.getTime() - Date.parse(data.receivedAt)) / 1_000;
      this.durations.record(seconds, { 'chargemesh.event.type': type });
      this.slo.count(operatorId, seconds <= PERSISTED_WITHIN_S);
    }
  }
}
