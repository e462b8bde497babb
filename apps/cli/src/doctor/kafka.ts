import { allTopics } from '@chargemesh/contracts';
import { ConfigurationError, type Environment } from '@chargemesh/service/settings';
import { Failed, UsageError } from '../command.js';
import { brokerTopics } from '../topics.js';
import { type Finding, fine, messageOf, problem, warning } from './finding.js';

const TODO_LOGIN = 'Are KAFKA_SASL_MECHANISM, the user and its password those of the broker?';
const TODO_TLS = 'Name its authority by KAFKA_TLS_CA_FILE; KAFKA_TLS must be true exactly where the broker demands it.';
const TODO_REACH = 'Are brokers started, KAFKA_BROKERS right, and do their advertised listeners lead there from here?';

/** Whether Kafka is reached, and its topics are as the contracts declare them. */
export async function checkKafka(environment: Environment): Promise<Finding[]> {
  try {
    const broker = await brokerTopics({ environment });
    try {
      const states = await broker.compare(allTopics());
      const missing = states.filter(({ state }) => state === 'missing').map(({ name }) => name);
      const different = states.filter(({ state }) => state === 'different');
      return [
        fine('Kafka', `It is reached; ${states.length - missing.length} of ${states.length} topics are there.`),
        ...(missing.length > 0
          ? [problem('topics', `There is no ${missing.join(', ')}.`, 'Run "chargemesh topics".')]
          : []),
        ...different.map(({ name, differences }) => differenceOf(name, differences.join('; '))),
      ];
    } finally {
      await broker.close();
    }
  } catch (error) {
    const said = messageOf(error);
    if (error instanceof UsageError || error instanceof ConfigurationError)
      return [problem('Kafka', said, 'docs/configuration.md says how.')];
    if (!(error instanceof Failed)) return [problem('Kafka', said, TODO_REACH)];
    if (/authenticat|SASL|token/i.test(said)) return [problem('Kafka', said, TODO_LOGIN)];
    return [problem('Kafka', said, /certificate|SSL|altname|disconnected/i.test(said) ? TODO_TLS : TODO_REACH)];
  }
}

function differenceOf(name: string, differences: string): Finding {
  const check = `topic ${name}`;
  if (differences.includes('partitions'))
    return problem(
      check,
      differences,
      'Services refuse it. Let its readers catch up, delete it, run "chargemesh topics".',
    );
  return warning(check, differences, 'Set it with kafka-configs, or in the resource that the topic comes from.');
}
