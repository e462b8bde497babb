import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@chargemesh/embedded-postgres';
import { eventually } from '@chargemesh/testing';
import { Command } from './command.js';

const root = resolve(import.meta.dirname, '../..');

type Interruption = (started: Command) => void;
const toAll =
  (signal: NodeJS.Signals): Interruption =>
  (started) =>
    started.interruptGroup(signal);
const toNpm =
  (signal: NodeJS.Signals): Interruption =>
  ({ child }) =>
    void child.kill(signal);
const to =
  (part: string, signal: NodeJS.Signals): Interruption =>
  (started) =>
    void process.kill(started.part(part).pid, signal);

const command = 'node tools/start.mjs';
const shell = `sh -c ${command}`;
const platform = 'node --enable-source-maps apps/all-in-one/dist/main.js';

/** Who is told to end, and how. SIGINT is not sent to the shell: whoever runs these tests may have had it ignored. */
const everywhere: [string, Interruption][] = [
  ['Ctrl-C at the terminal', toAll('SIGINT')],
  ['a closed terminal', toAll('SIGHUP')],
  ['SIGTERM to npm', toNpm('SIGTERM')],
  ['SIGHUP to npm', toNpm('SIGHUP')],
  ['SIGKILL to npm', toNpm('SIGKILL')],
  ['SIGTERM to the shell', to(shell, 'SIGTERM')],
  ['SIGHUP to the shell', to(shell, 'SIGHUP')],
  ['SIGTERM to the command', to(command, 'SIGTERM')],
  ['SIGINT to the command', to(command, 'SIGINT')],
  ['SIGHUP to the command', to(command, 'SIGHUP')],
];

(process.platform === 'linux' ? describe : describe.skip)('npm start', () => {
  const folders: string[] = [];
  let started: Command | undefined;

  afterEach(() => {
    started?.sweep();
    started = undefined;
  });
  afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

  const newFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), 'chargemesh-interrupted-'));
    folders.push(folder);
    return folder;
  };
  async function start(data: string, cwd = root): Promise<Command> {
    const env = { CHARGEMESH_DATA_DIR: join(data, 'data'), PORT: String(await freePort()), MANAGEMENT_PORT: '0' };
    started = new Command(['npm', 'start'], data, { cwd, env });
    return started;
  }
  const nothingIsLeft = (of: Command) => eventually(() => expect(of.running()).toEqual([]));

  describe('stopped while it runs', () => {
    const data = newFolder();

    it.each([
      ...everywhere,
      ['SIGTERM to the platform', to(platform, 'SIGTERM')],
      ['SIGINT to the platform', to(platform, 'SIGINT')],
      ['SIGKILL to the command', to(command, 'SIGKILL')],
    ] as [string, Interruption][])('by %s ends in order, and goes on next time', async (_, interrupt) => {
      const running = await start(data);
      await running.says('chargemesh is ready at');
      interrupt(running);
      await running.ended();
      await nothingIsLeft(running);
      expect(existsSync(join(data, 'data', 'running.pid'))).toBe(false);
      // PostgreSQL takes its file away after an orderly shutdown only.
      expect(existsSync(join(data, 'data', 'postgres', 'postmaster.pid'))).toBe(false);
    });

    it('and killed altogether, is put right by the next start', async () => {
      const killed = await start(data);
      await killed.says('chargemesh is ready at');
      for (const part of [command, platform]) process.kill(killed.part(part).pid, 'SIGKILL');
      await killed.ended();
      const again = await start(data);
      await again.says('chargemesh is ready at');
      again.interruptGroup('SIGINT');
      await again.ended();
      await nothingIsLeft(killed);
      await nothingIsLeft(again);
    });
  });

  describe('stopped while it starts for the first time', () => {
    it.each(
      everywhere
        .concat([['SIGTERM to the platform', to(platform, 'SIGTERM')]])
        .map(([name, interrupt], index): [string, number, Interruption] => [name, 150 + index * 450, interrupt]),
    )('by %s after %i ms leaves nothing, and starts next time', async (_, afterMs, interrupt) => {
      const data = newFolder();
      const starting = await start(data);
      await starting.says('Starting chargemesh …');
      await sleep(afterMs);
      interrupt(starting);
      await starting.ended();
      await nothingIsLeft(starting);
    });

    it('starts next time wherever it was cut off', async () => {
      const data = newFolder();
      for (const afterMs of [200, 900, 2_500]) {
        const starting = await start(data);
        await starting.says('Starting chargemesh …');
        await sleep(afterMs);
        starting.interruptGroup('SIGTERM');
        await starting.ended();
        await nothingIsLeft(starting);
      }
      const whole = await start(data);
      await whole.says('chargemesh is ready at');
      whole.interruptGroup('SIGTERM');
      await whole.ended();
      await nothingIsLeft(whole);
    });
  });

  describe.each([
    ['installs', 'Installing dependencies', false],
    ['builds', 'Building', true],
  ])('stopped while it %s', (_phase, saying, installed) => {
    const tree = newFolder();
    const data = newFolder();
    beforeAll(() => copyTree(tree, installed));

    it.each(everywhere)('by %s leaves nothing', async (_, interrupt) => {
      const working = await start(data, tree);
      await working.says(saying);
      await sleep(1_000);
      interrupt(working);
      await working.ended();
      await nothingIsLeft(working);
      expect(working.output).not.toContain('is ready at');
    });

    it('does the step anew next time, and starts', async () => {
      if (installed) cutOffDatabaseOfNx(tree);
      const again = await start(data, tree);
      await again.says(`${saying} anew, since the last time was cut off`);
      await again.says('chargemesh is ready at');
      again.interruptGroup('SIGINT');
      await again.ended();
      await nothingIsLeft(again);
    }, 900_000);
  });
});

/** As nx leaves it where it is killed while it makes its tables; its name is a matter of the machine. */
function cutOffDatabaseOfNx(tree: string): void {
  const ours = join(root, '.nx/workspace-data');
  const theirs = join(tree, '.nx/workspace-data');
  rmSync(theirs, { recursive: true, force: true });
  mkdirSync(theirs, { recursive: true });
  const names = readdirSync(ours).filter((file) => file.endsWith('.db'));
  expect(names).toHaveLength(1);
  for (const name of names) {
    cpSync(join(ours, name), join(theirs, name));
    const database = new DatabaseSync(join(theirs, name));
    database.exec('PRAGMA foreign_keys = off; DROP TABLE task_details');
    database.close();
  }
}

/** The files of the repository, with what was installed or without. */
function copyTree(to: string, installed: boolean): void {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root });
  for (const file of files.toString().split('\0').filter(Boolean))
    if (existsSync(join(root, file))) cpSync(join(root, file), join(to, file));
  if (!installed) return;
  // Linked, not copied: whoever changes a file there makes it anew.
  execFileSync('cp', ['-al', join(root, 'node_modules'), join(to, 'node_modules')]);
  expect(readFileSync(join(to, 'node_modules/.installed'), 'utf8')).toHaveLength(64);
}
