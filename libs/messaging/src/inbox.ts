import { allTopics } from '@chargemesh/contracts';
import { type Database, keepDailyPartitions } from '@chargemesh/persistence';

const DAY_MS = 86_400_000;
const AHEAD_DAYS = 2;

/**
 * Keeps the inbox's daily partitions: every row for two days longer after its arrival than the longest retention of a
 * topic, so that whatever the log can still give again is known. Run it daily, at least.
 */
export async function keepInbox(database: Database, today: Date): Promise<void> {
  const retentionMs = Math.max(...allTopics().map((topic) => (topic.compacted ? 0 : topic.retentionMs)));
  await keepDailyPartitions(database, {
    table: 'inbox',
    timeColumn: 'event_time',
    today,
    keepDays: Math.ceil(retentionMs / DAY_MS) + 2,
    aheadDays: AHEAD_DAYS,
    operators: [],
  });
}
