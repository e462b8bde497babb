import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docs/walks.md'), 'utf8');
/** A file, and what is to be read in it. */
const steps = [...text.matchAll(/`((?:apps|libs)\/[\w/.-]+\.ts)`\s+`([\w.]+)`/g)].map(([, file = '', name = '']) => [
  file,
  name,
]);

it('the walks have steps', () => {
  expect(steps.length).toBeGreaterThan(30);
  expect([...text.matchAll(/`(?:apps|libs)\/[^`]*`/g)].length).toBe(steps.length);
});

it.each(steps)('a walk leads to %s and finds %s there', (file = '', name = '') => {
  const path = join(root, file);
  expect(existsSync(path)).toBe(true);
  const source = readFileSync(path, 'utf8');
  const [exported, method] = name.split('.');
  expect(source).toMatch(new RegExp(`export (async )?(function|class|const) ${exported}\\b`));
  if (method !== undefined) expect(source).toMatch(new RegExp(`^  (private )?(async )?${method}\\(`, 'm'));
});
