/** `npm test`: every test, on a real PostgreSQL and a real Kafka. Options after `--` go to Jest. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { environment, prepare, root } from './prepare.mjs';

prepare();
const results = join(root, '.cache/test-results.json');
mkdirSync(join(root, '.cache'), { recursive: true });
rmSync(results, { force: true });
const { status } = spawnSync(
  'node',
  ['tools/jest.mjs', '--json', `--outputFile=${results}`, ...process.argv.slice(2)],
  {
    cwd: root,
    env: environment,
    stdio: ['inherit', 'ignore', 'inherit'],
  },
);
const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numFailedTestSuites = 0 } = read(results);
if (numFailedTestSuites > 0) console.log(`${numFailedTestSuites} test files failed`);
console.log(
  `${numPassedTests} passed, ${numFailedTests} failed${numPendingTests ? `, ${numPendingTests} skipped` : ''}`,
);
process.exit(status ?? 1);

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}
