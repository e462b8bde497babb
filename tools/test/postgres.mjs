/** A real PostgreSQL for tests, gone afterwards. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@chargemesh/embedded-postgres';

/** Tests want speed, not durability; the fault tests start their own server with the real settings. */
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' };

export async function startTestPostgres() {
  const parent = await mkdtemp(join(tmpdir(), 'chargemesh-tests-'));
  const server = await startPostgres({ folder: join(parent, 'postgres'), password: 'tests', settings });
  return {
    url: server.adminUrl,
    async stop() {
      await server.stop();
      await rm(parent, { recursive: true, force: true });
    },
  };
}
