import { EmbeddedTransport, KafkaTransport, type Telemetry, type Transport } from '@chargemesh/messaging';
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
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
      logger,
      telemetry,
    });
  return new EmbeddedTransport({ url: settings.EMBEDDED_LOG_DATABASE_URL ?? '', logger, now, telemetry });
}
