import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { commands } from '@chargemesh/cli';
import { codeOf, pages, root, shellOf, snippetsOf, textOf } from './snippets.js';

describe('how to verify a bill', () => {
  const page = 'docs/how-to-verify-a-bill.md';
  const [rate = '', verify = ''] = shellOf(page);
  const shell = (text: string) => execFileSync('bash', ['-euc', text], { cwd: root, encoding: 'utf8' });

  it('rates as it says', () => {
    const [said] = snippetsOf(page, '');
    expect(shell(rate)).toBe(said?.text);
  });

  it('verifies the value of a real meter', () => {
    expect(shell(verify)).toMatch(/valid/i);
    expect(() => shell(verify.replace('0.2597', '0.3597'))).toThrow(/Command failed/);
  });
});

describe('how to add a projection', () => {
  const page = 'docs/how-to-add-a-projection.md';
  const lines = (text: string) => text.replace(/^ +/gm, '');

  it('shows what stands in the code', () => {
    const code = ['sessions/src/projections/projections.ts', 'ocpp-gateway/src/credentials/credentials.handler.ts']
      .map((file) => readFileSync(join(root, 'apps', file), 'utf8'))
      .join('\n');
    const shown = snippetsOf(page, 'ts');
    expect(shown).toHaveLength(2);
    for (const { text } of shown) expect(lines(code)).toContain(lines(text));
  });
});

/** What is called of the command-line tool: the words behind its name, up to a comment, a pipe or a redirection. */
function calls(code: string): string[][] {
  const found =
    /(?:^|npm run --silent |docker run .* |compose run .*migrate )chargemesh (?:-- )?(.+)|chargemesh\.mjs (.+)/.exec(
      code,
    );
  const words = (found?.[1] ?? found?.[2] ?? '').split(/ #| >|[|<]{1,2} /)[0]?.trim();
  return words ? [words.split(/\s+/)] : [];
}

/** What is wrong with a call, by what the tool says of itself. */
function faultOf([name = '', ...rest]: string[]): string | undefined {
  if (/^[<…"]|^(--)?help$/.test(name)) return undefined;
  const usage = Object.hasOwn(commands, name) ? commands[name]?.usage : undefined;
  if (usage === undefined) return `no command ${name}`;
  const [action = ''] = rest;
  const hasActions = new RegExp(`chargemesh ${name} [a-z]+( |$)`, 'm').test(usage);
  if (hasActions && /^[a-z]/.test(action) && !usage.includes(`chargemesh ${name} ${action}`))
    return `${name}: no ${action}`;
  const unknown = rest.find((word) => word.startsWith('--') && word !== '--help' && !usage.includes(word));
  return unknown && `${name}: no ${unknown}`;
}

/** Of a cluster, `deploy/<name>` is a Deployment of the chart. */
const isThere = (name: string): boolean => /^deploy\/chargemesh-/.test(name) || existsSync(join(root, name));

/** What is found on any page, each with its page. */
const onPages = (found: (page: string) => string[]): string[] =>
  pages.flatMap((page) => found(page).map((what) => `${page}: ${what}`));

describe('the pages', () => {
  it('hold JSON that is JSON', () => {
    for (const { text } of pages.flatMap((page) => snippetsOf(page, 'json'))) JSON.parse(text);
  });

  it('never have a reader ask a registry for a name that nobody owns', () => {
    expect(
      onPages((page) => textOf(page).match(/\bnpx +chargemesh\b|npm (exec|install -g) chargemesh/g) ?? []),
    ).toEqual([]);
  });

  it('call the scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const named = (page: string) =>
      codeOf(page)
        .filter((code) => !code.includes(' -w '))
        .flatMap((code) => [...code.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(([, name = '']) => name));
    expect(pages.flatMap(named).length).toBeGreaterThan(20);
    expect(onPages((page) => named(page).filter((name) => !Object.hasOwn(scripts, name)))).toEqual([]);
  });

  it('name files that there are', () => {
    const named = (page: string) =>
      codeOf(page).flatMap(
        (code) => code.match(/(?<![\w/.-])(?:apps|deploy|docs|e2e|helm|libs|tools)\/[\w./-]+\w/g) ?? [],
      );
    expect(pages.flatMap(named).length).toBeGreaterThan(50);
    expect(onPages((page) => named(page).filter((name) => !isThere(name)))).toEqual([]);
  });

  it('call the command-line tool as it is called', () => {
    const called = (page: string) => codeOf(page).flatMap(calls);
    expect(pages.flatMap(called).length).toBeGreaterThan(30);
    expect(onPages((page) => called(page).flatMap((words) => faultOf(words) ?? []))).toEqual([]);
  });
});
