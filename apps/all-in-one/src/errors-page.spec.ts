import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { errorsPage } from '@chargemesh/service';
import { services } from './services.js';

describe('the page of errors', () => {
  const page = errorsPage(services);

  it('is made from the catalogue and the operations: after a change, `npm run pages` makes it anew', () => {
    expect(readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')).toBe(page);
  });

  it('names operations for every problem that not any of them may answer', () => {
    const [, ...own] = page.split('## ').slice(1);
    expect(own.join('').match(/.*\| any \|/g) ?? []).toEqual([]);
  });
});
