import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { MODULES, coveragePage } from './coverage-page.js';

it('the page of what is served is as the table has it', () => {
  const page = readFileSync(new URL('../../../../docs/ocpi-coverage.md', import.meta.url), 'utf8');
  expect(page).toBe(coveragePage());
});

it.each(Object.entries(MODULES).flatMap(([, { handler, test }]) => [handler, test]))('%s is there', (file) => {
  expect(existsSync(new URL(`../${file}`, import.meta.url))).toBe(true);
});
