import { platformMetrics } from '@chargemesh/contracts';
import { observe } from '@chargemesh/messaging';
import type { Database } from '@chargemesh/persistence';

const { process } = platformMetrics;

/** Shows the connections that each service's pool has, and what waits for one. */
export function observePools(databases: ReadonlyMap<string, Database>): void {
  const pools = () =>
    [...databases].map(([name, { pool }]) => ({ of: { 'db.client.connection.pool.name': name }, pool }));
  observe(process.connectionCount, (result) => {
    for (const { of, pool } of pools()) {
      result.observe(pool.idle, { ...of, 'db.client.connection.state': 'idle' });
      result.observe(pool.open - pool.idle, { ...of, 'db.client.connection.state': 'used' });
    }
  });
  observe(process.connectionMax, (result) => {
    for (const { of, pool } of pools()) result.observe(pool.max, of);
  });
  observe(process.connectionsPending, (result) => {
    for (const { of, pool } of pools()) result.observe(pool.waiting, of);
  });
}
