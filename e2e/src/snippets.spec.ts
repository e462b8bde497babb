import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root, shellOf, snippetsOf } from './snippets.js';

const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter(
  (name) => name.endsWith('.md'),
);

describe('how to verify a bill', () => {
  const page = 'docs/how-to-verify-a-bill.md';
  const [rate = '', verify = ''] = shellOf(page);
  const shell = (text: string) => execFileSync('bash', ['-euc', text], { cwd: root, encoding: 'utf8' });

  it('rates as it says', () => {
    const [said] = snippetsOf(page).filter(({ language }) => language === '');
    expect(shell(rate)).toBe(said?.text);
  });

  it('verifies the value of a real meter', () => {
    expect(shell(verify)).toMatch(/valid/i);
    expect(() => shell(verify.replace('0.2597', '0.3597'))).toThrow(/Command failed/);
  });
});

describe.each(pages)('%s', (page) => {
  it('holds JSON that is JSON', () => {
    for (const { language, text } of snippetsOf(page)) if (language === 'json') JSON.parse(text);
  });

  it('never has a reader ask a registry for a name that nobody owns', () => {
    expect(readFileSync(join(root, page), 'utf8')).not.toMatch(/\bnpx +chargemesh\b|npm (exec|install -g) chargemesh/);
  });
});
