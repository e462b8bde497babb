/**
 * Runs Jest on the tests below the package it is called from (or the whole tree, from the root), those of both test
 * commands, on the pinned Node whichever this one is.
 */
import { spawnSync } from 'node:child_process';
import { environment, root } from './prepare.mjs';
import { jestArguments } from './test/jest-arguments.mjs';

const { status } = spawnSync('node', jestArguments(process.cwd(), process.argv.slice(2)), {
  cwd: root,
  env: environment,
  stdio: 'inherit',
});
process.exit(status ?? 1);
