import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { allMetrics, seriesOf } from './index.js';
import { metricsPage } from './page.js';

/** What grows with stations and drivers. */
const UNBOUNDED = /station\.id|session\.id|token|connector|evse|message\.id|epoch|transaction|url\.path|address/;

describe('the metrics', () => {
  it.each(allMetrics().map((metric) => [metric.name, metric] as const))(
    '%s has a unit, a description and labels with a meaning, none of which grows with stations',
    (name, { unit, description, attributes, kind, buckets }) => {
      expect(name).toMatch(/^[a-z0-9]+([._][a-z0-9]+)*$/);
      expect(unit).toMatch(/^(s|By|\{[a-z]+\})$/);
      expect(description).toMatch(/^[A-Z0-9].*[^.]$/);
      for (const [attribute, says] of Object.entries<string>(attributes)) {
        expect(attribute).not.toMatch(UNBOUNDED);
        expect(says).toMatch(/\w/);
      }
      expect(kind === 'histogram').toBe(buckets !== undefined);
    },
  );

  it("are called by OpenTelemetry's names, or by ours with our prefix", () => {
    const theirs = ['http', 'messaging', 'db', 'process', 'v8js', 'nodejs', 'chargemesh'];
    expect([...new Set(allMetrics().map(({ name }) => name.split('.')[0]))].sort()).toEqual(theirs.sort());
  });

  it('are told apart by name', () => {
    const series = allMetrics().flatMap(seriesOf);
    expect(new Set(series).size).toBe(series.length);
  });

  it('have a page that says what the declarations say', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../../docs/operations/metrics.md'), 'utf8');
    expect(page).toBe(metricsPage());
  });
});
