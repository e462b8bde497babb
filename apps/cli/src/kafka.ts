import type { BrokerTopicsOptions } from '@chargemesh/messaging';
import { readSettings } from '@chargemesh/service/settings';
import { type Terminal, UsageError } from './command.js';

/** How the broker is reached that the settings name. */
export async function kafkaOptions({ environment }: Pick<Terminal, 'environment'>): Promise<BrokerTopicsOptions> {
  const { kafkaSecurityOf, kafkaShape } = await import('@chargemesh/service');
  const settings = readSettings(kafkaShape, environment);
  if (settings.KAFKA_BROKERS.length === 0) throw new UsageError('KAFKA_BROKERS must be set.');
  return {
    brokers: settings.KAFKA_BROKERS,
    clientId: 'chargemesh-command-line',
    security: kafkaSecurityOf(settings),
    replicationFactor: settings.KAFKA_REPLICATION_FACTOR,
    minInSyncReplicas: settings.KAFKA_MIN_IN_SYNC_REPLICAS,
  };
}
