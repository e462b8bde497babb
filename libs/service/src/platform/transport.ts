import { EmbeddedTransport, KafkaTransport, type Telemetry, type Transport } from '@chargemesh/messaging';
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import { securedUrl } from './database-settings.js';
import { kafkaSecurityOf } from './kafka-settings.js';
import type { PlatformSettings } from './settings.js';

/** The log that the settings name; not started. */
export function transportOf(
  settings: PlatformSettings,
  {
    clock,
    logger,
    telemetry,
    processName,
  }: { clock: Clock; logger: Logger; telemetry: Telemetry; processName: string },
): Transport {
  const now = (): Date => clock.now();
  if (settings.TRANSPORT === 'kafka')
    return new KafkaTransport({
      brokers: settings.KAFKA_BROKERS,
      clientId: processName,
      replicationFactor: settings.KAFKA_REPLICATION_FACTOR,
      minInSyncReplicas: settings.KAFKA_MIN_IN_SYNC_REPLICAS,
      security: kafkaSecurityOf(settings),
      logger,
      telemetry,
    });
  const url = securedUrl('EMBEDDED_LOG_DATABASE_URL', settings.EMBEDDED_LOG_DATABASE_URL ?? '', settings);
  return new EmbeddedTransport({ url, logger, now, telemetry });
}
