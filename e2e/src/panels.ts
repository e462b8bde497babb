import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../../helm/chargemesh/dashboards');

/** A query of one of the chart's dashboards. */
export interface Query {
  readonly dashboard: string;
  readonly panel: string;
  readonly expr: string;
}

export function queries(): Query[] {
  return readdirSync(folder).flatMap((dashboard) => {
    const { panels } = JSON.parse(readFileSync(join(folder, dashboard), 'utf8')) as {
      panels: { title: string; targets?: { expr: string }[] }[];
    };
    return panels.flatMap(({ title: panel, targets = [] }) => targets.map(({ expr }) => ({ dashboard, panel, expr })));
  });
}

/** The query without what hides that nothing is found, and without what hides that all is well. */
export function bare(expr: string): string {
  return expr.replace(/ or vector\(0\)$/, '').replace(/ (>|==) 0\b/, '');
}
