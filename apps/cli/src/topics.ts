import { parseArgs } from 'node:util';
import { allTopics } from '@chargemesh/contracts';
import type { BrokerTopics } from '@chargemesh/messaging';
import { type Command, EXIT_FAILED, EXIT_OK, Failed, type Terminal, UsageError } from './command.js';
import { kafkaOptions } from './kafka.js';
import { strimziTopics } from './strimzi.js';
import { writeRows } from './table.js';

const options = {
  check: { type: 'boolean' },
  yaml: { type: 'boolean' },
  cluster: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** The topics of the broker that the settings name. */
export async function brokerTopics(terminal: Pick<Terminal, 'environment'>): Promise<BrokerTopics> {
  const [options, { BrokerTopics }] = await Promise.all([kafkaOptions(terminal), import('@chargemesh/messaging')]);
  return BrokerTopics.open(options).catch((error: Error) => {
    throw new Failed(`Kafka cannot be reached at ${options.brokers.join(', ')}: ${error.message}`);
  });
}

/** What a broker refuses, or does not get done, is no defect of this tool. */
function answered<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: Error) => {
    throw new Failed(`Kafka did not do it: ${error.message}`);
  });
}

export const topics: Command = {
  summary: 'creates the topics of Kafka, compares them with the contracts, or prints them as resources',
  usage: `usage: chargemesh topics [--check] [--json]
       chargemesh topics --yaml --cluster <name>

Without options it creates the topics that are missing, and says how the others compare with the declared ones.

  --check             creates nothing
  --yaml              prints KafkaTopic resources for Strimzi's topic operator, without asking a broker
  --cluster <name>    of the Kafka resource that they belong to

Settings (docs/configuration.md): KAFKA_BROKERS and all others of Kafka. The number of copies is that of
KAFKA_REPLICATION_FACTOR and KAFKA_MIN_IN_SYNC_REPLICAS, else the broker's default (in resources 3 and 2).
A topic with another number of partitions than declared is not used by services, and cannot be mended while it holds
records: keys would change their partitions.

exit codes: 0 all are as declared; 1 some are not, or Kafka was not reached; 2 called wrongly`,

  async run(args, terminal) {
    const { values } = parseArgs({ args, options });
    if (values.yaml) {
      if (values.cluster === undefined) throw new UsageError('--cluster must be given with --yaml.');
      terminal.out(await strimziTopics(allTopics(), values.cluster, terminal.environment));
      return EXIT_OK;
    }
    const broker = await brokerTopics(terminal);
    try {
      const missing = (await answered(broker.compare(allTopics()))).filter(({ state }) => state === 'missing');
      const absent = new Set(missing.map(({ name }) => name));
      if (!values.check) await answered(broker.create(allTopics().filter(({ name }) => absent.has(name))));
      const states = await answered(broker.compare(allTopics()));
      const rows = states.map(({ name, state, differences }) => ({
        topic: name,
        state: absent.has(name) && state === 'as declared' ? 'created' : state,
        differences: differences.join('; '),
      }));
      writeRows(rows, ['topic', 'state', 'differences'], terminal, values.json);
      return states.every(({ state }) => state === 'as declared') ? EXIT_OK : EXIT_FAILED;
    } finally {
      await broker.close();
    }
  },
};
