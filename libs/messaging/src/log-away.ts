import { type ErrorLink, causeChain, isTransient } from '@chargemesh/persistence';
import { LogAway } from './transport.js';

const KAFKA_AWAY =
  /^KafkaJS(Connection|RequestTimeout|NumberOfRetriesExceeded|BrokerNotFound|NoBrokerAvailable|GroupCoordinatorNotFound|LockTimeout|SASLAuthentication)/;
/** What brokers answer, by the protocol's names in kafkajs, while one of them is away or has only just come back. */
const BROKERS_AWAY = new Set([
  ...['LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION', 'BROKER_NOT_AVAILABLE', 'REPLICA_NOT_AVAILABLE'],
  ...['REQUEST_TIMED_OUT', 'NETWORK_EXCEPTION', 'NOT_ENOUGH_REPLICAS', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'],
  ...['GROUP_LOAD_IN_PROGRESS', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR_FOR_GROUP'],
]);

/** Whether an error itself, not its cause, says that the log is away. */
export function isLogAway(error: ErrorLink): boolean {
  if (error instanceof LogAway || KAFKA_AWAY.test(error.name)) return true;
  return error.name === 'KafkaJSProtocolError' && BROKERS_AWAY.has((error as { type?: string }).type ?? '');
}

/** Whether the same may succeed later: the log is away, or a database is, or somebody else was in the way. */
export function isRetryable(error: unknown): boolean {
  return isTransient(error) || causeChain(error).some(isLogAway);
}
