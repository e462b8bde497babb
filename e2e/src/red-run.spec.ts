import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
const { failureLines } = (await import(join(root, 'tools/test/failures.mjs'))) as {
  failureLines(results: unknown, root: string): string[];
};

const file = (assertionResults: object[], message = '') => ({
  name: join(root, 'libs/things/src/a.spec.ts'),
  message,
  assertionResults,
});
const test = (status: string, failureMessages: string[] = []) => ({
  ...{ status, ancestorTitles: ['a thing'], title: 'works', failureMessages },
});
const stack = [
  `    at inside (${root}/node_modules/expect/build/index.js:1:2)`,
  `    at Object.look (${root}/libs/things/src/helper.ts:7:3)`,
  `    at Object.<anonymous> (${root}/libs/things/src/a.spec.ts:12:34)`,
].join('\n');

describe('a red run of the test command', () => {
  it('ends with name, place and message of each failed test', () => {
    const failed = test('failed', [`\x1b[31mError: expected 1, received 2\x1b[39m\n${stack}`]);
    expect(failureLines({ testResults: [file([test('passed'), failed])] }, root)).toEqual([
      '✗ a thing › works',
      '  libs/things/src/a.spec.ts:12',
      '    Error: expected 1, received 2',
      '',
    ]);
  });

  it('names the file whose tests could not be run, with the reason', () => {
    expect(failureLines({ testResults: [file([], 'Cannot find module x')] }, root).slice(0, 3)).toEqual([
      '✗ libs/things/src/a.spec.ts could not be run',
      '  libs/things/src/a.spec.ts',
      '    Cannot find module x',
    ]);
  });

  it('is short however much failed', () => {
    const long = Array.from({ length: 500 }, (_, line) => `+ line ${line}`).join('\n');
    const many = file(Array.from({ length: 60 }, () => test('failed', [`${long}\n${stack}`])));
    const lines = failureLines({ testResults: [many] }, root);
    expect(lines.filter((line) => line.startsWith('✗'))).toHaveLength(60);
    expect(lines.length).toBeLessThan(700);
  });

  it('has nothing to say of a green one', () => {
    expect(failureLines({ testResults: [file([test('passed'), test('pending')])] }, root)).toEqual([]);
  });
});
