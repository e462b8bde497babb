import type { Transport } from '@chargemesh/messaging';
import { metrics } from '@opentelemetry/api';

/** Shows each reader of the log as a gauge: 1 while it reads, 0 while it is ended and to be started again. */
export function observeConsumers(transport: Transport): void {
  const gauge = metrics.getMeter('chargemesh.health').createObservableGauge('messaging.consumer.alive');
  gauge.addCallback((result) => {
    for (const { name, alive } of transport.health().consumers) result.observe(alive ? 1 : 0, { consumer: name });
  });
}

/** Rejects with the names of those that do not read. */
export function checkConsumers(transport: Transport): Promise<void> {
  const ended = transport.health().consumers.filter(({ alive }) => !alive);
  if (ended.length === 0) return Promise.resolve();
  return Promise.reject(new Error(`not reading: ${ended.map(({ name }) => name).join(', ')}`));
}
