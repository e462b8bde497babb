import { platformMetrics } from '@chargemesh/contracts';
import { type Transport, observe } from '@chargemesh/messaging';

/**
 * Shows which readers of the log read. A broadcast reader's name ends with that of its process, which would make new series
 * with every start.
 */
export function observeConsumers(transport: Transport, processName: string): void {
  observe(platformMetrics.messaging.consumerAlive, (result) => {
    for (const { name, alive } of transport.health().consumers) {
      const group = name.replace(`.${processName}`, '');
      result.observe(alive ? 1 : 0, { 'messaging.consumer.group.name': group });
    }
  });
}

/** Rejects with the names of those that do not read. */
export function checkConsumers(transport: Transport): Promise<void> {
  const ended = transport.health().consumers.filter(({ alive }) => !alive);
  if (ended.length === 0) return Promise.resolve();
  return Promise.reject(new Error(`not reading: ${ended.map(({ name }) => name).join(', ')}`));
}
