import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@chargemesh/all-in-one';
import { freePort } from '@chargemesh/embedded-postgres';
import { Connection, rolesOf } from '@chargemesh/persistence';
import { simulate } from '@chargemesh/station-simulator';
import { INSTALLATION_API_KEY, type TestServices, eventually, startTestServices } from '@chargemesh/testing';
import { createNetwork } from './network.js';
import { billed, cdrsOf, expected } from './reconcile.js';

const PASSWORD = 'service-of-a-test';
/** PgBouncer does not run as root; any account will do. */
const NOBODY = 65_534;

/** Few connections of the server for many of services, so that transactions do wander. */
const SERVER_CONNECTIONS = 3;

interface Bouncer {
  readonly address: string;
  stop(): void;
}

/** PgBouncer in transaction mode, with all databases of a server behind it. */
async function startPgBouncer(folder: string, server: URL): Promise<Bouncer> {
  const port = await freePort();
  const users = services.map(({ schema }) => `"${rolesOf(schema).service}" "${PASSWORD}"`).join('\n');
  writeFileSync(join(folder, 'users.txt'), `${users}\n`);
  const settings = [
    ...['[databases]', `* = host=${server.hostname} port=${server.port}`, '[pgbouncer]'],
    ...['listen_addr = 127.0.0.1', `listen_port = ${port}`, 'unix_socket_dir =', 'pool_mode = transaction'],
    ...['auth_type = scram-sha-256', `auth_file = ${join(folder, 'users.txt')}`],
    ...[`default_pool_size = ${SERVER_CONNECTIONS}`, 'max_client_conn = 500'],
    'ignore_startup_parameters = extra_float_digits',
  ];
  writeFileSync(join(folder, 'pgbouncer.ini'), `${settings.join('\n')}\n`);
  chmodSync(folder, 0o755);
  const isRoot = process.getuid?.() === 0;
  for (const name of ['users.txt', 'pgbouncer.ini']) if (isRoot) chownSync(join(folder, name), NOBODY, NOBODY);
  const child: ChildProcess = spawn('pgbouncer', [join(folder, 'pgbouncer.ini')], {
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    stdio: 'ignore',
  });
  return { address: `127.0.0.1:${port}`, stop: () => void child.kill() };
}

// Debian's package; `.ci/run` installs it.
const there = spawnSync('pgbouncer', ['--version']).status === 0;

(there ? describe : describe.skip)('the platform behind PgBouncer in transaction mode', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chargemesh-pgbouncer-'));
  let bouncer: Bouncer;
  let platform: TestServices;
  let direct: URL;

  beforeAll(async () => {
    direct = new URL(process.env['TEST_DATABASE_URL'] ?? '');
    bouncer = await startPgBouncer(folder, direct);
    platform = await startTestServices(services, {
      environment: { LOG_LEVEL: 'error', SESSION_QUIET_S: '1', DATABASE_SESSION_ADDRESS: direct.host },
      databaseAt: bouncer.address,
    });
  });

  afterAll(async () => {
    await platform?.stop();
    bouncer?.stop();
    rmSync(folder, { recursive: true });
  });

  it('takes sessions from the socket to the CDR', async () => {
    const network = await createNetwork(() => platform.url, INSTALLATION_API_KEY, { stations: 6, tokens: 6 });
    const ledger = await simulate({
      url: `${platform.url.replace('http', 'ws')}/ocpp`,
      stations: network.stations,
      idTokens: network.tokens,
      clock: { now: () => new Date(Date.now() - 40 * 86_400_000) },
      sessions: 24,
      timeScale: 500,
      backoffMs: [200, 2_000],
      deadlineMs: 240_000,
    });
    expect(ledger.complete).toBe(true);
    expect(billed(await cdrsOf(network.rest, ledger))).toEqual(expected(ledger));
  });

  it('has its work done on few connections, and its sessions by the way around', async () => {
    const admin = new Connection({ connectionString: platform.adminUrl });
    await admin.connect();
    const { rows } = await eventually(() =>
      admin.query<{ session: boolean; count: number }>(
        `SELECT application_name ~ ' (relay|announcements|locks)$' AS session, count(*)::integer AS count FROM pg_stat_activity
         WHERE datname = current_database() AND usename = $1 GROUP BY 1 ORDER BY 1`,
        [rolesOf('ocpp_gateway').service],
      ),
    );
    await admin.end();
    const [pooled, sessions] = rows;
    expect(pooled?.count).toBeLessThanOrEqual(SERVER_CONNECTIONS);
    expect(sessions).toEqual({ session: true, count: 3 });
  });
});
