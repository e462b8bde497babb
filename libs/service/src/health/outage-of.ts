import { NotDurable, isLogAway } from '@chargemesh/messaging';
import { ConnectionLost, causeChain, isTransient } from '@chargemesh/persistence';

/** What a process cannot work without, and cannot bring back itself. */
export type Resource = 'PostgreSQL' | 'the log';

/** Somebody else was in the way, or a statement took too long: PostgreSQL itself is there. */
const CONTENTION = new Set(['40001', '40003', '40P01', '55P03', '57014', '25P03', '25P04']);

/** Of which resource's outage an error is a part; undefined when it is about something else. */
export function outageOf(error: unknown): Resource | undefined {
  const links = causeChain(error);
  if (links.some(isLogAway)) return 'the log';
  const contended = links.some((link) => typeof link.code === 'string' && CONTENTION.has(link.code));
  if (contended && !links.some((link) => link instanceof ConnectionLost)) return undefined;
  const notDurable = links.find((link) => link instanceof NotDurable);
  // What the embedded log did not take may be its database's fault.
  if (notDurable) return isTransient(notDurable.cause) ? 'PostgreSQL' : 'the log';
  return isTransient(error) ? 'PostgreSQL' : undefined;
}
