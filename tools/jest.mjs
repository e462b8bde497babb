/** Runs Jest on ES modules, on the tests below the package it is called from (or the whole tree, from the root). */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const below = relative(root, process.cwd());
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    jest,
    '--rootDir',
    root,
    ...process.argv.slice(2),
    ...(below ? [`^${root}/${below}/`] : []),
  ],
  { cwd: root, stdio: 'inherit' },
);
process.exit(status ?? 1);
