import type { Topic } from '@chargemesh/contracts';
import type { Admin, SeekEntry } from 'kafkajs';
import { Backoff, allOver } from '../wait.js';
import { type AdminOptions, openAdmin } from './admin.js';
import { committedOffsets } from './committed.js';

/** A durable group and the topic that it reads. */
export interface Group {
  readonly group: string;
  readonly topic: Topic;
}

/** How far a group would go back. */
export interface Rewind extends Group {
  /** Records that it reads again. */
  readonly records: bigint;
  /** Of the partitions in which it goes back, from where it reads. */
  readonly partitions: readonly SeekEntry[];
}

/** A group of which a process still reads. */
export class GroupInUse extends Error {
  override readonly name = 'GroupInUse';
}

/** A process that was killed is a member until its session is over. */
const LEFT_WITHIN_MS = 30_000;
/** Going back is a join of the group: a few at a time. */
const AT_ONCE = 4;

/** The consumer groups of a broker, for who looks after it. */
export class BrokerGroups {
  private constructor(private readonly admin: Admin) {}

  static async open(options: AdminOptions): Promise<BrokerGroups> {
    return new BrokerGroups(await openAdmin(options));
  }

  /** Of the groups that the broker knows: how far each goes back so that it reads what was produced since then. */
  async plan(groups: readonly Group[], since: Date): Promise<Rewind[]> {
    const { groups: found } = await this.admin.listGroups();
    const known = new Set(found.map(({ groupId }) => groupId));
    return inTurn(
      groups.filter(({ group }) => known.has(group)),
      (group) => this.rewindOf(group, since),
    );
  }

  /** Has groups go back; rejects with `GroupInUse` while a process reads for one of them. */
  async rewind(plan: readonly Rewind[]): Promise<void> {
    await this.untilUnused(plan.map(({ group }) => group));
    await inTurn(
      plan.filter(({ partitions }) => partitions.length > 0),
      ({ group, topic, partitions }) =>
        this.admin.setOffsets({ groupId: group, topic: topic.name, partitions: [...partitions] }),
    );
  }

  async close(): Promise<void> {
    await this.admin.disconnect();
  }

  private async rewindOf({ group, topic }: Group, since: Date): Promise<Rewind> {
    const [committed, from] = await allOver([
      committedOffsets(this.admin, topic.name, group),
      this.admin.fetchTopicOffsetsByTimestamp(topic.name, since.getTime()),
    ]);
    const partitions = from.filter(({ partition, offset }) => BigInt(offset) < (committed.get(partition) ?? -1n));
    const records = partitions.reduce(
      (sum, { partition, offset }) => sum + (committed.get(partition) ?? 0n) - BigInt(offset),
      0n,
    );
    return { group, topic, records, partitions };
  }

  private async untilUnused(groups: string[]): Promise<void> {
    if (groups.length === 0) return;
    const backoff = new Backoff(200, 1_000);
    for (const until = performance.now() + LEFT_WITHIN_MS; ;) {
      const { groups: described } = await this.admin.describeGroups(groups);
      const used = described.filter(({ members }) => members.length > 0).map(({ groupId }) => groupId);
      if (used.length === 0) return;
      if (performance.now() > until) throw new GroupInUse(`processes still read for ${used.join(', ')}`);
      await backoff.pause();
    }
  }
}

async function inTurn<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let next = 0; next < items.length; next += AT_ONCE)
    results.push(...(await allOver(items.slice(next, next + AT_ONCE).map(work))));
  return results;
}
