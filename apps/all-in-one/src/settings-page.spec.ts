import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { settingsSections } from '@chargemesh/service';
import { services } from './services.js';
import { configurationPage } from './settings-page.js';

describe('the page of settings', () => {
  it('is made from the declarations: after a change, `npm run pages` makes it anew', () => {
    const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
    expect(page).toBe(configurationPage());
  });

  it('says of every setting what it means', () => {
    const declared = settingsSections(services).flatMap(({ settings }) => Object.entries(settings));
    expect(declared.filter(([, { about }]) => !about.meaning?.endsWith('.')).map(([name]) => name)).toEqual([]);
  });
});
