import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(import.meta.dirname, '../..');

/** What Node needs to run Jest on ES modules, on the tests below `folder`; options and file patterns of Jest follow. */
export function jestArguments(folder, options) {
  const jest = fileURLToPath(import.meta.resolve('jest/bin/jest'));
  // Not a pattern: Jest runs what any pattern fits, and one more would add to the names that are asked for.
  const below = relative(root, folder) ? [`--roots=${folder}`] : [];
  return ['--experimental-vm-modules', '--no-warnings', jest, ...below, '--rootDir', root, ...options];
}

/** Whether a file or package is named: names come first, before options. */
export function namesTests([first]) {
  return first !== undefined && !first.startsWith('-');
}
