import { type Counter, type Histogram, type Meter, metrics } from '@opentelemetry/api';

/** How far one partition of a topic is ahead of one group. */
export interface Lag {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly records: number;
}

/** Counters of messaging; without a meter provider they do nothing. Create it after the provider is registered. */
export class Telemetry {
  private readonly meter: Meter = metrics.getMeter('chargemesh.messaging');
  /** Events given to handlers and committed. */
  readonly consumed: Counter = this.meter.createCounter('messaging.consumed', { unit: '{event}' });
  /** Events that had been applied before and were dropped. */
  readonly duplicates: Counter = this.meter.createCounter('messaging.duplicates', { unit: '{event}' });
  /** Records put into the dead letters, followers included. */
  readonly parked: Counter = this.meter.createCounter('messaging.parked', { unit: '{record}' });
  readonly alarms: Counter = this.meter.createCounter('messaging.alarms', { unit: '{alarm}' });
  /** Handings in that were not made durable in time. */
  readonly produceFailures: Counter = this.meter.createCounter('messaging.produce.failures', { unit: '{batch}' });
  /** From handing in to durable, failures included. */
  readonly produceSeconds: Histogram = this.meter.createHistogram('messaging.produce.duration', { unit: 's' });

  async timeProduce(produce: () => Promise<void>): Promise<void> {
    const began = performance.now();
    try {
      await produce();
    } catch (error) {
      this.produceFailures.add(1);
      throw error;
    } finally {
      this.produceSeconds.record((performance.now() - began) / 1_000);
    }
  }

  /** Reports the lag whenever metrics are collected. */
  observeLag(read: () => Promise<Lag[]>): void {
    const gauge = this.meter.createObservableGauge('messaging.lag', { unit: '{record}' });
    gauge.addCallback(async (result) => {
      for (const { records, ...attributes } of await read()) result.observe(records, attributes);
    });
  }
}
