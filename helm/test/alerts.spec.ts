import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { allMetrics, labelOf, seriesOf } from '@chargemesh/contracts';
import { chart } from './helm.js';
import { labelsIn, seriesIn } from './promql.js';
import { rules } from './rules.js';

const runbooks = resolve(chart, '../../docs/operations/runbooks');
const alerts = rules().flatMap(({ alert, ...rule }) => (alert ? [{ alert, ...rule }] : []));
const recorded = rules().flatMap(({ record }) => record ?? []);
const series = new Set([...allMetrics().flatMap(seriesOf), ...recorded]);
/** Prometheus' own, and that of the process which every series has. */
const OTHER_LABELS = ['service_name', 'instance', 'le'];
const labels = new Set([
  ...allMetrics().flatMap(({ attributes }) => Object.keys(attributes).map(labelOf)),
  ...OTHER_LABELS,
]);

function unknownIn(expression: string): string[] {
  const names = [...seriesIn(expression)].filter((name) => !series.has(name));
  return [...names, ...[...labelsIn(expression)].filter((label) => !labels.has(label))];
}

describe('the alerts', () => {
  it('each have a runbook, and each runbook an alert', () => {
    const written = readdirSync(runbooks).map((file) => file.replace('.md', ''));
    expect([...new Set(alerts.map(({ alert }) => alert))].sort()).toEqual(written.sort());
  });

  it.each(alerts.map((rule) => [`${rule.alert} (${rule.labels?.['severity']})`, rule] as const))(
    '%s says how urgent it is, what it is about and where the runbook is',
    (_, { alert, labels: given, annotations }) => {
      expect(given?.['severity']).toMatch(/^(page|ticket)$/);
      expect(annotations?.['summary']).toMatch(/^[A-Z]/);
      expect(annotations?.['description']).toMatch(/\{\{/);
      expect(annotations?.['runbook']).toBe(`docs/operations/runbooks/${alert}.md`);
    },
  );

  it('read only what is measured or recorded', () => {
    expect(rules().flatMap(({ expr }) => unknownIn(expr))).toEqual([]);
  });

  it.each(readdirSync(runbooks))('have a runbook %s that says what it means, how to look and what to do', (file) => {
    const text = readFileSync(join(runbooks, file), 'utf8');
    expect(text.match(/^#+ .*$/gm)).toEqual([
      `# ${file.replace('.md', '')}`,
      '## What it means',
      '## How to look',
      '## What to do',
    ]);
    const named = [...text.matchAll(/\b(?:chargemesh|http|messaging|db|process|nodejs)_\w+|\bchargemesh:\w+:\w+/g)];
    expect(named.map(([name]) => name).filter((name) => !series.has(name) && !labels.has(name))).toEqual([]);
  });
});

describe('the dashboards', () => {
  const folder = join(chart, 'dashboards');
  it.each(readdirSync(folder))('%s reads only what is measured or recorded', (file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const { uid, title, panels } = JSON.parse(text) as {
      uid: string;
      title: string;
      panels: { title: string; description?: string; targets?: { expr: string }[] }[];
    };
    expect([uid, title]).toEqual([expect.stringMatching(/^chargemesh-/), expect.stringMatching(/^chargemesh/)]);
    const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(queries.length).toBeGreaterThan(5);
    expect(queries.flatMap(unknownIn)).toEqual([]);
  });
});
