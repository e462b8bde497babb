import type { Topic } from '@chargemesh/contracts';
import kafkajs, { type Admin } from 'kafkajs';
import { allOver } from '../wait.js';
import { type AdminOptions, openAdmin } from './admin.js';
import { type TopicSettings, configOf, ensureTopics } from './topics.js';

/** How a topic on the broker compares with its contract. */
export interface TopicState {
  readonly name: string;
  readonly state: 'as declared' | 'missing' | 'different';
  /** `partitions: 12, not 24`; empty, unless it is different. */
  readonly differences: readonly string[];
}

export interface BrokerTopicsOptions extends TopicSettings, AdminOptions {}

/** The topics of a broker, for who looks after it. */
export class BrokerTopics {
  private constructor(
    private readonly admin: Admin,
    private readonly settings: TopicSettings,
  ) {}

  static async open(options: BrokerTopicsOptions): Promise<BrokerTopics> {
    return new BrokerTopics(await openAdmin(options), options);
  }

  /** Creates those that are missing; rejects when one has another number of partitions. */
  create(topics: readonly Topic[]): Promise<void> {
    return ensureTopics(this.admin, topics, this.settings);
  }

  async compare(topics: readonly Topic[]): Promise<TopicState[]> {
    const existing = new Set(await this.admin.listTopics());
    const present = topics.filter(({ name }) => existing.has(name)).map(({ name }) => name);
    const [counts, configs] = present.length === 0 ? [] : await allOver([this.counts(present), this.configs(present)]);
    return topics.map((topic) => {
      const { name } = topic;
      if (!existing.has(name)) return { name, state: 'missing', differences: [] };
      const found = new Map([['partitions', String(counts?.get(name))], ...(configs?.get(name) ?? [])]);
      const { numPartitions, configEntries = [] } = configOf(topic, this.settings);
      const declared = [{ name: 'partitions', value: String(numPartitions) }, ...configEntries];
      const differences = declared
        .filter((entry) => found.get(entry.name) !== entry.value)
        .map((entry) => `${entry.name}: ${found.get(entry.name)}, not ${entry.value}`);
      return { name, state: differences.length > 0 ? 'different' : 'as declared', differences };
    });
  }

  async close(): Promise<void> {
    await this.admin.disconnect();
  }

  private async counts(names: string[]): Promise<Map<string, number>> {
    const { topics } = await this.admin.fetchTopicMetadata({ topics: names });
    return new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
  }

  private async configs(names: string[]): Promise<Map<string, [string, string][]>> {
    const resources = names.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name }));
    const described = await this.admin.describeConfigs({ resources, includeSynonyms: false });
    return new Map(
      described.resources.map(({ resourceName, configEntries }) => [
        resourceName,
        configEntries.map(({ configName, configValue }): [string, string] => [configName, configValue]),
      ]),
    );
  }
}
