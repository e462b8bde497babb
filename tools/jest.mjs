/**
 * Runs Jest on the tests below the package it is called from (or the whole tree, from the root), those of both test
 * commands.
 */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { jestArguments } from './test/jest-arguments.mjs';

const { status } = spawnSync(process.execPath, jestArguments(process.cwd(), process.argv.slice(2)), {
  cwd: resolve(import.meta.dirname, '..'),
  stdio: 'inherit',
});
process.exit(status ?? 1);
