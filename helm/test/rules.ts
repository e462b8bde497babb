import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { chart } from './helm.js';

export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export const alertsFolder = join(chart, 'alerts');

/** The rules of the chart, alerts and recordings. */
export function rules(): Rule[] {
  return readdirSync(alertsFolder).flatMap((file) => {
    const { groups } = parse(readFileSync(join(alertsFolder, file), 'utf8')) as { groups: { rules: Rule[] }[] };
    return groups.flatMap((group) => group.rules);
  });
}
