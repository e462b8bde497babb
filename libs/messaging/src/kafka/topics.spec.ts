import { expect, it } from '@jest/globals';
import type { Topic } from '@chargemesh/contracts';
import type { Admin } from 'kafkajs';
import { ensureTopics } from './topics.js';

const topic = (name: string): Topic => ({ name, partitions: 1, compacted: false, retentionMs: 1_000 }) as Topic;

it('nobody asks the broker any more when a topic that is not served is given up', async () => {
  let underWay = 0;
  const admin = {
    listTopics: () => Promise.resolve([]),
    createTopics: () => Promise.resolve(true),
    fetchTopicOffsets: async (name: string) => {
      underWay += 1;
      // The slow one is still being asked when the other has been given up.
      for (let turn = 0; turn < (name === 'slow' ? 100 : 1); turn++) await new Promise(setImmediate);
      underWay -= 1;
      throw new Error(`${name} has no leader`);
    },
  } as unknown as Admin;
  await expect(ensureTopics(admin, [topic('quick'), topic('slow')], {}, 0)).rejects.toThrow('quick has no leader');
  expect(underWay).toBe(0);
});
