import { FaultyProxy, type TestDatabase } from '@chargemesh/persistence/testing';
import { embeddedLog } from '../embedded/tables.migration.js';
import { EmbeddedTransport } from '../embedded/transport.js';
import { Telemetry } from '../telemetry.js';
import { now, silent } from './ledger.js';
import type { LogUnderTest } from './log-under-test.js';

export const embeddedOptions = { logger: silent, now, telemetry: new Telemetry(), stopWithinMs: 1_000 };

/** The embedded log behind a proxy that has the faults of networks. */
export async function openEmbedded(database: TestDatabase): Promise<LogUnderTest> {
  const url = new URL(await database.schema(embeddedLog));
  const proxy = await FaultyProxy.open(0, { host: url.hostname, port: Number(url.port) });
  url.port = String(proxy.port);
  const transport = new EmbeddedTransport({ ...embeddedOptions, url: url.toString() });
  await transport.start();
  return {
    transport,
    another: async () => transport,
    loseNextAnswer: () => proxy.loseNextAnswer((request) => request.includes('COMMIT')),
    answersLost: () => proxy.lost,
    silence: () => proxy.silence(),
    async restart() {
      await database.admin(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'embedded_log%'`,
      );
    },
    async misplace({ name }: { name: string }, group: string) {
      await database.admin(`INSERT INTO embedded_log.log_groups VALUES ('${group}', '${name}', 0, 1000)`);
    },
    async close() {
      await transport.close();
      await proxy.close();
    },
  };
}
