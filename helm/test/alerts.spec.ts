import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { allMetrics, labelOf, seriesOf } from '@chargemesh/contracts';
import { chart } from './helm.js';
import { labelsIn, seriesIn } from './promql.js';
import { rules } from './rules.js';

const operations = resolve(chart, '../../docs/operations');
const runbooks = join(operations, 'runbooks');
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

  it('are all listed on the page on operations', () => {
    const listed = [
      ...readFileSync(join(operations, 'README.md'), 'utf8').matchAll(/^\| \[(\w+)\]\(runbooks\/(\w+)\.md\)/gm),
    ];
    expect(listed.map(([, name]) => `Chargemesh${name}`)).toEqual(listed.map(([, , runbook]) => runbook));
    expect(listed.map(([, , runbook]) => runbook).sort()).toEqual(
      [...new Set(alerts.map(({ alert }) => alert))].sort(),
    );
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

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: { readonly title: string; readonly targets?: { readonly expr: string }[] }[];
}

describe('the dashboards', () => {
  const folder = join(chart, 'dashboards');
  const dashboards = readdirSync(folder).map((file) => ({
    file,
    ...(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Dashboard),
  }));
  const queriesOf = ({ panels }: Dashboard): string[] =>
    panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

  it.each(dashboards.map((dashboard) => [dashboard.file, dashboard] as const))(
    '%s reads only what is measured or recorded',
    (_, dashboard) => {
      const { uid, title } = dashboard;
      expect([uid, title]).toEqual([expect.stringMatching(/^chargemesh-/), expect.stringMatching(/^chargemesh/)]);
      expect(queriesOf(dashboard).length).toBeGreaterThan(5);
      expect(queriesOf(dashboard).flatMap(unknownIn)).toEqual([]);
    },
  );

  it('show every metric, by itself or as what is recorded of it', () => {
    const shown = new Set(dashboards.flatMap(queriesOf).flatMap((expr) => [...seriesIn(expr)]));
    for (const { record, expr } of rules())
      if (record && shown.has(record)) for (const name of seriesIn(expr)) shown.add(name);
    const hidden = allMetrics().filter((metric) => !seriesOf(metric).some((name) => shown.has(name)));
    expect(hidden.map(({ name }) => name)).toEqual([]);
  });
});
