import type { Topic } from '@chargemesh/contracts';
import { type Environment, readSettings } from '@chargemesh/service/settings';

/** With fewer, one broker that is away takes the log with it, or the last copy may be lost. */
const REPLICAS = 3;
const IN_SYNC = 2;

/** `KafkaTopic` resources of Strimzi, one document each. */
export async function strimziTopics(
  topics: readonly Topic[],
  cluster: string,
  environment: Environment,
): Promise<string> {
  const { kafkaShape } = await import('@chargemesh/service');
  const settings = readSettings(kafkaShape, environment);
  const { KAFKA_REPLICATION_FACTOR: replicas = REPLICAS, KAFKA_MIN_IN_SYNC_REPLICAS: inSync = IN_SYNC } = settings;
  const documents = topics.map(({ name, partitions, compacted, retentionMs }) =>
    [
      'apiVersion: kafka.strimzi.io/v1',
      'kind: KafkaTopic',
      'metadata:',
      `  name: ${name}`,
      '  labels:',
      `    strimzi.io/cluster: ${JSON.stringify(cluster)}`,
      'spec:',
      `  partitions: ${partitions}`,
      `  replicas: ${replicas}`,
      '  config:',
      `    cleanup.policy: ${compacted ? 'compact' : 'delete'}`,
      `    retention.ms: ${compacted ? -1 : retentionMs}`,
      `    min.insync.replicas: ${inSync}`,
      '',
    ].join('\n'),
  );
  return documents.join('---\n');
}
