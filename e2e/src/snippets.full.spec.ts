import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@chargemesh/embedded-postgres';
import { eventually } from '@chargemesh/testing';
import { Command } from './command.js';
import { root, shellOf, snippetsOf } from './snippets.js';

/** The folder in which a reader stands: the repository's, but with data and a port of this test. */
function readersFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chargemesh-reader-'));
  for (const name of ['apps', 'libs', 'node_modules', 'package.json', 'docs', 'tools'])
    symlinkSync(join(root, name), join(folder, name));
  return folder;
}

async function platform(folder: string, options: readonly string[]) {
  const port = await freePort();
  const secrets = { PROVIDER_SECRETS_FOLDER: join(folder, 'secrets'), CHECKOUT_URL: 'https://pay.example' };
  const env = {
    ...secrets,
    CHARGEMESH_DATA_DIR: join(folder, '.chargemesh'),
    PORT: String(port),
    MANAGEMENT_PORT: '0',
  };
  const command = new Command(['npm', 'start', '--', ...options], folder, { cwd: root, env });
  await command.says('chargemesh is ready at');
  const shell = (text: string) =>
    execFileSync('bash', ['-euc', text.replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`)], {
      cwd: folder,
      encoding: 'utf8',
    });
  const stop = async () => {
    command.interruptGroup('SIGINT');
    await command.ended();
    command.sweep();
    rmSync(folder, { recursive: true, force: true });
  };
  return { shell, stop };
}

describe('what a reader of the pages pastes, with the demo', () => {
  const folder = readersFolder();
  let running: Awaited<ReturnType<typeof platform>>;

  beforeAll(async () => {
    running = await platform(folder, []);
  });
  afterAll(() => running?.stop());

  it('charges with the Python package of others, says the CDR, and ends cleanly', () => {
    const environment = join(root, '.cache/python');
    const python = join(environment, 'bin/python');
    if (!existsSync(join(environment, 'complete'))) {
      execFileSync('python3', ['-m', 'venv', environment]);
      execFileSync(python, ['-m', 'pip', 'install', '--quiet', 'ocpp==2.1.0', 'websockets==15.0.1']);
      writeFileSync(join(environment, 'complete'), '');
    }
    const [example] = snippetsOf('README.md').filter(({ language }) => language === 'python');
    writeFileSync(join(folder, 'station.py'), example?.text ?? '');
    expect(running.shell(`${python} station.py 2>&1`)).toMatch(/^10\.25 kWh, 5\.49 EUR: CDR-\d+\n$/);
  });

  it('sees sessions, the newest CDRs, and those of a partner’s driver', async () => {
    const [lists = ''] = shellOf('README.md');
    expect(lists).toContain('curl');
    await eventually(() => {
      const answers = running
        .shell(`curl() { command curl -sS --fail-with-body "$@"; echo; }\n${lists}`)
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { items?: { stationId: string }[]; data?: object[] });
      expect(answers).toHaveLength(3);
      expect(answers[0]?.items).toBeDefined();
      expect(answers[1]?.items?.some(({ stationId }) => stationId === 'MY-16')).toBe(true);
      expect(answers[2]?.data?.length).toBeGreaterThan(0);
    });
  });

  it('publishes prices', () => {
    const answers = running.shell(shellOf('docs/how-to-price.md').join('\n'));
    expect(answers).toContain('"Day and night"');
    expect(answers).toContain('de-lu');
  });

  it('enters an account at Stripe, which is ready once it has its secrets', () => {
    const answers = running.shell(shellOf('docs/how-to-take-payments.md').join('\n'));
    expect(answers).toMatch(/^secret-missing\n/);
    expect(answers).toContain('"state":"ready"');
    expect(answers).not.toMatch(/rk_test|whsec/);
  });
});

describe('what a reader of the pages pastes, without the demo', () => {
  const folder = readersFolder();
  let running: Awaited<ReturnType<typeof platform>>;

  beforeAll(async () => {
    running = await platform(folder, ['--no-demo']);
  });
  afterAll(() => running?.stop());

  it('creates the first operator, whose key is good', async () => {
    const [create = '', use = ''] = shellOf('docs/how-to-begin.md');
    running.shell(create);
    await eventually(() => expect(JSON.parse(running.shell(use))).toEqual({ items: [], nextCursor: null }));
  });

  it('puts stations and their passwords in bulk', () => {
    const [, , bulk = ''] = shellOf('docs/how-to-begin.md');
    const lines = running.shell(bulk).trim().split('\n');
    const answers = lines.map((line) => JSON.parse(line) as { end?: string; created?: number; password?: string });
    expect(answers.filter(({ end }) => end === 'complete').map(({ created }) => created)).toEqual([3, 3, 3]);
    expect(answers.filter(({ password }) => password !== undefined)).toHaveLength(3);
  });
});
