import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { root, shellOf, snippetsOf } from './snippets.js';

const page = 'docs/operations/install.md';
const production = join(root, 'helm/examples/production');
const run = promisify(execFile);

/** In the place of kubectl, for whom there is no cluster: says what it was asked for, and what it was given as a file. */
const KUBECTL = `kubectl() { echo "kubectl $*"; case "$*" in *env-file*) cat ;; esac; }`;

/** What the Secrets hold that were made: `name/key`. */
function madeBy(said: string): Set<string> {
  const made = new Set<string>();
  let secret = '';
  for (const line of said.split('\n')) {
    secret = /create secret generic (\S+)/.exec(line)?.[1] ?? secret;
    const keys = line.startsWith('kubectl')
      ? [...line.matchAll(/--from-(?:literal|file)=([\w.]+)=/g)].map(([, key = '']) => key)
      : [line.split('=')[0] ?? ''];
    for (const key of keys) made.add(`${secret}/${key}`);
  }
  return made;
}

describe('the page of installation, on production', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chargemesh-install-'));

  beforeAll(() => {
    const services = ['ocpp-gateway', 'device-management', 'sessions', 'tariffs', 'payments', 'ocpi-gateway'];
    const passwords = ['topics', ...services].map((user) => `kafka-${user}.password`);
    for (const name of ['postgresql-ca.crt', 'kafka-ca.crt', ...passwords]) writeFileSync(join(folder, name), 'x');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('makes every Secret that pods are given', async () => {
    const make = shellOf(page).find((text) => text.includes('create secret'));
    const { PATH = '' } = process.env;
    const env = { PATH, ADMIN_PASSWORD: 'x' };
    const { stdout } = await run('bash', ['-euc', `${KUBECTL}\n${make}`], { cwd: folder, env });
    const rendered = readdirSync(join(production, 'rendered'), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => readFileSync(join(production, 'rendered', name), 'utf8'))
      .join('\n');
    const keys = [...rendered.matchAll(/secretKeyRef:\s+name: (\S+)\s+key: (\S+)/g)].map(
      ([, name, key]) => `${name}/${key}`,
    );
    const files = [...rendered.matchAll(/secretName: (\S+)\n(?:.*\n)*?.*- key: (\S+)/g)].map(
      ([, name, key]) => `${name}/${key}`,
    );
    const asked = new Set([...keys, ...files]);
    expect(asked.size).toBeGreaterThan(15);
    expect([...asked].filter((key) => !madeBy(stdout).has(key))).toEqual([]);
  });

  it('shows values that the chart takes', async () => {
    const [shown] = snippetsOf(page, 'yaml');
    const values = join(folder, 'shown.yaml');
    writeFileSync(values, shown?.text ?? '');
    const { stdout: helm } = await run(process.execPath, [join(root, 'helm/tools/binary.mjs')]);
    const files = ['--values', join(production, 'values.yaml'), '--values', values];
    const { stdout } = await run(helm.trim(), ['template', 'chargemesh', join(root, 'helm/chargemesh'), ...files], {
      maxBuffer: 64_000_000,
    });
    const hosts = [...stdout.matchAll(/- host: "?([\w.-]+)/g)].map(([, host]) => host);
    expect(hosts.sort()).toEqual(['api', 'ocpi', 'ocpp', 'pay'].map((name) => `${name}.chargemesh.example`));
  });
});
