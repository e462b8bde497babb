import type { Admin } from 'kafkajs';
import { Backoff } from '../wait.js';

const COORDINATED_WITHIN_MS = 30_000;

/**
 * The offsets that a group has committed in a topic, by partition. While a group's coordinator is being chosen, brokers
 * refuse the question for a moment; kafkajs repeats it for consumers, but not for the administrator.
 */
export async function committedOffsets(admin: Admin, topic: string, group: string): Promise<Map<number, bigint>> {
  const backoff = new Backoff(50, 500);
  for (const until = performance.now() + COORDINATED_WITHIN_MS; ;) {
    try {
      const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      return new Map(found?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
    } catch (error) {
      if (!isBeingChosen(error) || performance.now() > until) throw error;
      await backoff.pause();
    }
  }
}

/** Kafka protocol, error codes: these three end by themselves. */
function isBeingChosen(error: unknown): boolean {
  const { type } = error as { type?: string };
  return (
    type === 'NOT_COORDINATOR_FOR_GROUP' ||
    type === 'GROUP_COORDINATOR_NOT_AVAILABLE' ||
    type === 'GROUP_LOAD_IN_PROGRESS'
  );
}
