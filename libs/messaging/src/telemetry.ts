import { platformMetrics } from '@chargemesh/contracts';
import { counterOf, histogramOf, observe } from './instruments.js';

const { messaging } = platformMetrics;

/** How far a topic is ahead of one group, over all partitions. */
export interface Lag {
  readonly group: string;
  readonly topic: string;
  readonly records: number;
}

/** What messaging measures; without a meter provider it does nothing. Create it after the provider is registered. */
export class Telemetry {
  private readonly consumed = counterOf(messaging.consumedMessages);
  private readonly processed = histogramOf(messaging.processDuration);
  private readonly batches = histogramOf(messaging.batchSize);
  private readonly duplicates = counterOf(messaging.duplicates);
  private readonly parked = counterOf(messaging.parked);
  private readonly alarms = counterOf(messaging.alarms);
  private readonly produceDuration = histogramOf(messaging.produceDuration);
  private readonly sent = counterOf(messaging.sentMessages);
  private readonly sending;
  private readonly processing;

  /** @param system the log's, by OpenTelemetry's names */
  constructor(system: 'kafka' | 'postgresql' = 'kafka') {
    this.sending = { 'messaging.system': system, 'messaging.operation.name': 'send' };
    this.processing = { 'messaging.system': system, 'messaging.operation.name': 'process' };
  }

  /** Records were sent, or were not taken: since when the first of them had waited (`performance.now()`), and why not. */
  produced(records: number, since: number, error?: unknown): void {
    const type = error === undefined ? 'none' : classOf(error);
    this.produceDuration.record(secondsSince(since), { ...this.sending, 'error.type': type });
    if (error === undefined) this.sent.add(records, this.sending);
  }

  /** Measures a batch of a group. */
  async timeBatch(group: string, events: number, apply: () => Promise<void>): Promise<void> {
    const began = performance.now();
    this.batches.record(events, labelled(group));
    const took = (error: string): void =>
      this.processed.record(secondsSince(began), { ...this.processing, ...labelled(group), 'error.type': error });
    try {
      await apply();
    } catch (error) {
      took(classOf(error));
      throw error;
    }
    took('none');
  }

  count(what: 'consumed' | 'duplicates' | 'parked', group: string, events: number): void {
    if (events <= 0) return;
    if (what === 'consumed') this.consumed.add(events, { ...this.processing, ...labelled(group) });
    else this[what].add(events, labelled(group));
  }

  alarm(group: string): void {
    this.alarms.add(1, labelled(group));
  }

  /** Reports the lag whenever metrics are collected. */
  observeLag(read: () => Promise<Lag[]>): void {
    observe(messaging.consumerLag, async (result) => {
      for (const { group, records } of await read()) result.observe(records, labelled(group));
    });
  }
}

const labelled = (group: string) => ({ 'messaging.consumer.group.name': group });

function classOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

function secondsSince(began: number): number {
  return (performance.now() - began) / 1_000;
}
