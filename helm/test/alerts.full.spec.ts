import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { alertsFolder, rules } from './rules.js';

const { error } = spawnSync('promtool', ['--version']);
const tests = join(import.meta.dirname, 'alerts');

// CI installs it; elsewhere it is Debian's package `prometheus`.
(error ? describe.skip : describe)(`the alerts${error ? ', which need promtool' : ''}`, () => {
  it('are rules that Prometheus reads', () => {
    const files = readdirSync(alertsFolder).map((file) => join(alertsFolder, file));
    expect(execFileSync('promtool', ['check', 'rules', ...files], { encoding: 'utf8' })).not.toContain('FAILED');
  });

  it.each(readdirSync(tests))('fire and keep silent as %s says', (file) => {
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { cwd: tests, encoding: 'utf8' });
    expect({ status, said: `${stdout}${stderr}` }).toMatchObject({ status: 0 });
  });

  it('are all tested', () => {
    const tested = readdirSync(tests).map((file) => readFileSync(join(tests, file), 'utf8'));
    const alerts = rules().flatMap(({ alert }) => alert ?? []);
    expect(alerts.filter((alert) => !tested.some((text) => text.includes(`alertname: ${alert}\n`)))).toEqual([]);
  });
});
