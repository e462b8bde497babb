import { type Metric, platformMetrics } from '@chargemesh/contracts';
import { observe } from '@chargemesh/messaging';
import type { Database } from '@chargemesh/persistence';

const { messaging } = platformMetrics;

/** What waits in a service's messaging tables; counts are exact up to the highest. */
export interface MessagingBacklog {
  readonly outboxRows: number;
  /** Of the oldest row, in seconds; 0 without one. */
  readonly outboxAgeS: number;
  readonly parked: number;
  readonly parkedAgeS: number;
  readonly waiting: number;
  readonly waitingAgeS: number;
}

const HIGHEST = 100_000;
/** Rows live for milliseconds: what is this old does not move. */
const STANDS_STILL_S = 60;

const upTo = (rows: string): string =>
  `(SELECT count(*)::integer FROM (SELECT FROM ${rows} LIMIT ${HIGHEST}) AS bounded)`;
const ageS = (column: string, rows: string): string =>
  `(SELECT coalesce(extract(epoch FROM now() - min(${column})), 0)::float8 FROM (
     SELECT ${column} FROM ${rows} ORDER BY id LIMIT 1) AS oldest)`;
const PARKED = 'dead_letters WHERE waits_until IS NULL';
const WAITING = 'dead_letters WHERE waits_until IS NOT NULL';

const READ = `SELECT ${upTo('outbox')} AS "outboxRows", ${ageS('created_at', 'outbox')} AS "outboxAgeS",
  ${upTo(PARKED)} AS parked, ${ageS('parked_at', PARKED)} AS "parkedAgeS",
  ${upTo(WAITING)} AS waiting, ${ageS('parked_at', WAITING)} AS "waitingAgeS"`;

/** What waits in a service's tables now. */
export async function readMessagingBacklog(database: Database): Promise<MessagingBacklog> {
  const [backlog] = await database.read<MessagingBacklog>(READ);
  if (!backlog) throw new Error('no backlog was read');
  return backlog;
}

/** Reads what waits in the services' tables, and shows the last reading as gauges. */
export class MessagingBacklogs {
  private readonly last = new Map<string, MessagingBacklog>();

  constructor() {
    const gauge = (metric: Metric<'chargemesh.service'>, of: (backlog: MessagingBacklog) => number): void =>
      observe(metric, (result) => {
        for (const [service, backlog] of this.last) result.observe(of(backlog), { 'chargemesh.service': service });
      });
    gauge(messaging.outboxRows, (backlog) => backlog.outboxRows);
    gauge(messaging.outboxAge, (backlog) => backlog.outboxAgeS);
    gauge(messaging.lettersParked, (backlog) => backlog.parked);
    gauge(messaging.lettersParkedAge, (backlog) => backlog.parkedAgeS);
    gauge(messaging.lettersWaiting, (backlog) => backlog.waiting);
    gauge(messaging.lettersWaitingAge, (backlog) => backlog.waitingAgeS);
  }

  /** Rejects when the outbox of the service does not move. */
  async check(service: string, database: Database): Promise<void> {
    const backlog = await readMessagingBacklog(database);
    this.last.set(service, backlog);
    if (backlog.outboxAgeS > STANDS_STILL_S)
      throw new Error(`the oldest of ${backlog.outboxRows} rows has waited for ${Math.round(backlog.outboxAgeS)} s`);
  }
}
