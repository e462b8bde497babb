import type { Topic } from '@chargemesh/contracts';
import type { Admin, ITopicConfig } from 'kafkajs';
import { Backoff, allOver } from '../wait.js';

/** A fresh broker on a busy machine takes most of a minute for a few dozen topics. */
const SERVED_WITHIN_MS = 120_000;

export interface TopicSettings {
  /** Copies of every partition; the broker's default if absent. */
  readonly replicationFactor?: number;
  /** Copies that must have a record before it is acknowledged; the broker's default if absent. */
  readonly minInSyncReplicas?: number;
}

/** Creates the topics that are missing; rejects when one exists with another number of partitions. */
export async function ensureTopics(
  admin: Admin,
  topics: readonly Topic[],
  settings: TopicSettings,
  servedWithinMs = SERVED_WITHIN_MS,
): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter(({ name }) => !existing.has(name));
  if (missing.length > 0) {
    // Several processes may do it at the same time; that one of them was first is no error.
    // kafkajs's own wait for leaders gives up when a broker has not heard of the topic yet; ours is below.
    await admin.createTopics({ topics: missing.map((topic) => configOf(topic, settings)), waitForLeaders: false });
  }
  // Those that were there too: another process may have created them just now.
  const until = performance.now() + servedWithinMs;
  // A question that went on after the others would reconnect an admin that was closed, and never end.
  await allOver(topics.map(({ name }) => untilServed(admin, name, until)));
  const present = topics.filter(({ name }) => existing.has(name));
  if (present.length === 0) return;
  const { topics: found } = await admin.fetchTopicMetadata({ topics: present.map(({ name }) => name) });
  const counts = new Map(found.map(({ name, partitions }) => [name, partitions.length]));
  for (const { name, partitions } of present) {
    const count = counts.get(name);
    if (count !== partitions) throw new Error(`topic ${name} has ${count} partitions, its contract says ${partitions}`);
  }
}

/** A broker is named leader of a partition shortly before it serves it; who asks in between is refused. */
async function untilServed(admin: Admin, name: string, until: number): Promise<void> {
  const backoff = new Backoff(50, 500);
  for (;;) {
    try {
      await admin.fetchTopicOffsets(name);
      return;
    } catch (error) {
      if (performance.now() > until) throw error;
      await backoff.pause();
    }
  }
}

/** A topic as it is created. */
export function configOf(topic: Topic, { replicationFactor = -1, minInSyncReplicas }: TopicSettings): ITopicConfig {
  const configEntries = [
    { name: 'cleanup.policy', value: topic.compacted ? 'compact' : 'delete' },
    { name: 'retention.ms', value: topic.compacted ? '-1' : String(topic.retentionMs) },
  ];
  if (minInSyncReplicas !== undefined)
    configEntries.push({ name: 'min.insync.replicas', value: String(minInSyncReplicas) });
  return { topic: topic.name, numPartitions: topic.partitions, replicationFactor, configEntries };
}
