import { createRequire } from 'node:module';
import { relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** What Node needs to run Jest on ES modules, on the tests below `folder`; options and file patterns of Jest follow. */
export function jestArguments(folder, options) {
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
  const below = relative(root, folder);
  const only = below ? [`^${root}/${below}/`] : [];
  return ['--experimental-vm-modules', '--no-warnings', jest, '--rootDir', root, ...options, ...only];
}
