import { type Metric, platformMetrics } from '@chargemesh/contracts';
import { observe } from '@chargemesh/messaging';
import type { Database } from '@chargemesh/persistence';

const { messaging } = platformMetrics;

/** What waits in a service's messaging tables; counts are exact up to the highest. */
export interface Stock {
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
export async function readStock(database: Database): Promise<Stock> {
  const [stock] = await database.read<Stock>(READ);
  if (!stock) throw new Error('no stock was read');
  return stock;
}

/** Reads what waits in the services' tables, and shows the last reading as gauges. */
export class Stocks {
  private readonly last = new Map<string, Stock>();

  constructor() {
    const gauge = (metric: Metric<'chargemesh.service'>, of: (stock: Stock) => number): void =>
      observe(metric, (result) => {
        for (const [service, stock] of this.last) result.observe(of(stock), { 'chargemesh.service': service });
      });
    gauge(messaging.outboxRows, (stock) => stock.outboxRows);
    gauge(messaging.outboxAge, (stock) => stock.outboxAgeS);
    gauge(messaging.lettersParked, (stock) => stock.parked);
    gauge(messaging.lettersParkedAge, (stock) => stock.parkedAgeS);
    gauge(messaging.lettersWaiting, (stock) => stock.waiting);
    gauge(messaging.lettersWaitingAge, (stock) => stock.waitingAgeS);
  }

  /** Rejects when the outbox of the service does not move. */
  async check(service: string, database: Database): Promise<void> {
    const stock = await readStock(database);
    this.last.set(service, stock);
    if (stock.outboxAgeS > STANDS_STILL_S)
      throw new Error(`the oldest of ${stock.outboxRows} rows has waited for ${Math.round(stock.outboxAgeS)} s`);
  }
}
