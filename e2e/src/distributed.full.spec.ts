import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { isPortTaken } from '@chargemesh/embedded-postgres';
import { eventually } from '@chargemesh/testing';
import { Command } from './command.js';

const root = resolve(import.meta.dirname, '../..');
const SERVICES = 6;
const WITHIN_MS = 900_000;

/** The first of the services' ports, below those that the system gives to connections: they are needed a minute from now. */
async function firstPorts(): Promise<{ PORT: string; MANAGEMENT_PORT: string }> {
  for (;;) {
    const first = 10_000 + 2 * SERVICES * Math.floor(Math.random() * 1_500);
    const taken = await Promise.all(Array.from({ length: 2 * SERVICES }, (_, index) => isPortTaken(first + index)));
    if (!taken.includes(true)) return { PORT: String(first), MANAGEMENT_PORT: String(first + SERVICES) };
  }
}

(process.platform === 'linux' ? describe : describe.skip)('npm run dev:distributed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chargemesh-interrupted-'));
  let started: Command | undefined;

  afterEach(() => started?.sweep());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function start(): Promise<Command> {
    const env = { TMPDIR: folder, ...(await firstPorts()) };
    started = new Command(['npm', 'run', 'dev:distributed'], folder, { cwd: root, env });
    await started.says('chargemesh is ready at');
    return started;
  }

  /** Processes, broker and database, and what they had on the disk. */
  async function endsWhole(command: Command): Promise<void> {
    await command.ended();
    await eventually(() => expect(command.running()).toEqual([]));
    // npm has its own cache there.
    expect(readdirSync(folder).filter((name) => name.startsWith('chargemesh'))).toEqual([]);
  }

  const payments = (command: Command) =>
    command.running().find((process) => process.command.endsWith('payments/dist/main.js'))?.pid ?? 0;

  it(
    'starts a process again that was killed, and ends whole by SIGTERM to npm',
    async () => {
      const running = await start();
      const killed = payments(running);
      process.kill(killed, 'SIGKILL');
      await running.says('payments ended (SIGKILL) and is started again.');
      await eventually(() => expect([0, killed]).not.toContain(payments(running)));
      running.child.kill('SIGTERM');
      await endsWhole(running);
    },
    WITHIN_MS,
  );

  it(
    'ends whole by SIGTERM to the command',
    async () => {
      const running = await start();
      process.kill(running.part('node tools/distributed.mjs').pid, 'SIGTERM');
      await endsWhole(running);
    },
    WITHIN_MS,
  );
});
