import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@chargemesh/embedded-postgres';
import { eventually } from '@chargemesh/testing';
import { Command } from './command.js';
import { zombiesOf } from './processes.js';

const root = resolve(import.meta.dirname, '../..');
/** Whatever follows is process 1, as in a container, and all others end with it. */
const CONTAINER = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
const INIT = ['sh', '-c', '"$@" & child=$!; trap "kill $child; wait $child" TERM; wait $child', 'init'];

const allowed = spawnSync(CONTAINER[0] ?? '', [...CONTAINER.slice(1), 'true']).status === 0;
if (!allowed) console.warn('Not tried as the first process of a container: that takes the right to make namespaces.');

(allowed ? describe : describe.skip)('the platform as the first process of a container', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chargemesh-container-'));
  let started: Command | undefined;

  afterEach(() => started?.sweep());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The command, and its process that the container's owner tells to end. */
  async function start(command: readonly string[]) {
    const env = { CHARGEMESH_DATA_DIR: join(folder, 'data'), PORT: String(await freePort()), MANAGEMENT_PORT: '0' };
    const running = new Command([...CONTAINER, ...command], folder, { cwd: root, env });
    started = running;
    await running.says('chargemesh is ready at');
    const first = running.running().find(({ parent }) => parent === running.child.pid)?.pid ?? 0;
    return { running, first };
  }

  it.each([
    ['node', ['node', 'tools/start.mjs']],
    ['npm', ['npm', 'start']],
    ['npm below an init', [...INIT, 'npm', 'start']],
  ])(
    'begun by %s, ends all in order by SIGTERM, and leaves no zombies',
    async (_, command) => {
      const { running, first } = await start(command);
      expect(zombiesOf(first)).toEqual([]);
      process.kill(first, 'SIGTERM');
      await running.ended();
      await eventually(() => expect(running.running()).toEqual([]));
      expect(running.output).toContain('Stopped. The data stays');
      // PostgreSQL takes its file away after an orderly shutdown only.
      expect(existsSync(join(folder, 'data', 'postgres', 'postmaster.pid'))).toBe(false);
      expect(existsSync(join(folder, 'data', 'running.pid'))).toBe(false);
    },
    600_000,
  );

  it('killed altogether, goes on next time', async () => {
    const killed = await start(['npm', 'start']);
    process.kill(killed.first, 'SIGKILL');
    await killed.running.ended();
    await eventually(() => expect(killed.running.running()).toEqual([]));
    const { running, first } = await start(['node', 'tools/start.mjs']);
    process.kill(first, 'SIGTERM');
    await running.ended();
    await eventually(() => expect(running.running()).toEqual([]));
  }, 900_000);
});
