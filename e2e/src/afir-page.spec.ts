import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
/** How many rules of each kind there are. */
const RULES = { AFIR: 11, DE: 3, UK: 1, FISC: 1, VAT: 1, PAY: 18, QR: 2, UX: 2 };
const ALL = Object.entries(RULES).flatMap(([kind, count]) =>
  Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`),
);

const sections = readFileSync(join(root, 'docs/afir.md'), 'utf8')
  .split(/^## /m)
  .slice(1)
  .map((text) => {
    const [, rule = '', state = ''] = /^([A-Z]+-\d+): (.+)$/m.exec(text) ?? [];
    const tests = [...text.matchAll(/^- `([^`]+)` "(.+)"$/gm)].map(([, file = '', title = '']) => ({ file, title }));
    return { rule, state, tests, how: text.split('\n').slice(1).join(' ').trim() };
  });

describe('the page on ad hoc payment and the law', () => {
  it('has every rule, once', () => {
    expect(sections.map(({ rule }) => rule).sort()).toEqual([...ALL].sort());
  });

  it.each(sections)('says of $rule whether it is met, and how', ({ state, how, tests }) => {
    expect(state).toMatch(/^(met|partly|not met yet)$/);
    expect(how.length).toBeGreaterThan(20);
    expect(tests.length > 0).toBe(state !== 'not met yet');
  });

  it.each(sections.flatMap(({ rule, tests }) => tests.map((test) => ({ rule, ...test }))))(
    'names a test of $rule that there is: $file, $title',
    ({ file, title }) => {
      expect(existsSync(join(root, file))).toBe(true);
      expect(readFileSync(join(root, file), 'utf8').replaceAll("\\'", "'")).toContain(title);
    },
  );
});
