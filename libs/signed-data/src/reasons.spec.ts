import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { reasons } from './index.js';

const page = readFileSync(new URL('../../../docs/how-to-verify-a-bill.md', import.meta.url), 'utf8');

it('every reason stands in the documentation, with its result and meaning', () => {
  const documented = [...page.matchAll(/^\| `([a-z-]+)` *\| (\S+) *\| (.*?) *\|$/gm)].map(([, ...row]) => row);
  expect(documented).toEqual(Object.entries(reasons).map(([reason, [result, meaning]]) => [reason, result, meaning]));
});
