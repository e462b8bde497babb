import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');

/** Files that `npm test -- <names>` would run in a package. */
function filesOf(folder: string, ...names: string[]): string[] {
  const command = [join(root, 'tools/jest.mjs'), ...names, '--listTests'];
  const { stdout } = spawnSync(process.execPath, command, { cwd: join(root, folder), encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter((line) => line.startsWith(root))
    .map((file) => file.slice(root.length + 1));
}

describe('npm test in a package', () => {
  it('runs the one file that is named', () => {
    expect(filesOf('libs/embedded-postgres', 'account')).toEqual(['libs/embedded-postgres/src/account.spec.ts']);
  });

  it('runs the tests of the package and no others when nothing is named', () => {
    expect(filesOf('libs/embedded-postgres').sort()).toEqual([
      'libs/embedded-postgres/src/account.spec.ts',
      'libs/embedded-postgres/src/server.spec.ts',
    ]);
  });
});
