import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { commandLinePage } from './page.js';

it('the page of the tool is what its commands say: after a change, `npm run pages` makes it anew', () => {
  const page = readFileSync(new URL('../../../docs/operations/command-line.md', import.meta.url), 'utf8');
  expect(page).toBe(commandLinePage());
});
