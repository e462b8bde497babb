import { LogAway, NotDurable } from '@chargemesh/messaging';
import { ConnectionLost, isTransient } from '@chargemesh/persistence';

/** What a process cannot work without, and cannot bring back itself. */
export type Resource = 'PostgreSQL' | 'the log';

/** Somebody else was in the way, or a statement took too long: PostgreSQL itself is there. */
const CONTENTION = new Set(['40001', '40003', '40P01', '55P03', '57014', '25P03', '25P04']);
const KAFKA_AWAY =
  /^KafkaJS(Connection|RequestTimeout|NumberOfRetriesExceeded|BrokerNotFound|NoBrokerAvailable|GroupCoordinatorNotFound|LockTimeout|SASLAuthentication)/;
/** What brokers answer, by the protocol's names in kafkajs, while one of them is away or has only just come back. */
const BROKERS_AWAY = new Set([
  ...['LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION', 'BROKER_NOT_AVAILABLE', 'REPLICA_NOT_AVAILABLE'],
  ...['REQUEST_TIMED_OUT', 'NETWORK_EXCEPTION', 'NOT_ENOUGH_REPLICAS', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'],
  ...['GROUP_LOAD_IN_PROGRESS', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR_FOR_GROUP'],
]);

/** Of which resource's outage an error is a part; undefined when it is about something else. */
export function outageOf(error: unknown): Resource | undefined {
  const links = chainOf(error);
  if (links.some(isLogAway)) return 'the log';
  const contended = links.some((link) => CONTENTION.has((link as { code?: string }).code ?? ''));
  if (contended && !links.some((link) => link instanceof ConnectionLost)) return undefined;
  const notDurable = links.find((link) => link instanceof NotDurable);
  // What the embedded log did not take may be its database's fault.
  if (notDurable) return isTransient(notDurable.cause) ? 'PostgreSQL' : 'the log';
  return isTransient(error) ? 'PostgreSQL' : undefined;
}

function isLogAway(error: Error): boolean {
  if (error instanceof LogAway || KAFKA_AWAY.test(error.name)) return true;
  return error.name === 'KafkaJSProtocolError' && BROKERS_AWAY.has((error as { type?: string }).type ?? '');
}

/** An error with what it was caused by. */
function chainOf(error: unknown): Error[] {
  const links: Error[] = [];
  for (let link = error; link instanceof Error && !links.includes(link); link = link.cause) links.push(link);
  return links;
}
