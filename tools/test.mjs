/**
 * `npm test` and `npm run test:full`: tests on a real PostgreSQL and a real Kafka. The first argument says which (`fast`,
 * `full` or `all`), the others go to Jest. A green run prints its count only; a red one ends with what failed. What the
 * tests and Jest themselves printed is in `.cache/test.log`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment, prepare, root } from './prepare.mjs';
import { failureLines } from './test/failures.mjs';
import { jestArguments, namesTests } from './test/jest-arguments.mjs';

const [tests, ...options] = process.argv.slice(2);
await prepare();
const results = join(root, '.cache/test-results.json');
const log = join(root, '.cache/test.log');
mkdirSync(join(root, '.cache'), { recursive: true });
rmSync(results, { force: true });
// An interruption ends the tests and their servers; what these have left on the disk goes with its folder.
const temporary = mkdtempSync(join(tmpdir(), 'chargemesh-run-'));
chmodSync(temporary, 0o755);
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));
const { code, found } = await run();
for (const line of found ? failureLines(found, root) : [readFileSync(log, 'utf8').trimEnd()]) console.log(line);
if (code !== 0) console.log(`Everything that was printed is in ${log}.`);
const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numRuntimeErrorTestSuites = 0 } = found ?? {};
if (numRuntimeErrorTestSuites > 0) console.log(`${numRuntimeErrorTestSuites} test files could not be run`);
console.log(
  `${numPassedTests} passed, ${numFailedTests} failed${numPendingTests ? `, ${numPendingTests} skipped` : ''}`,
);
process.exit(code ?? 1);

async function run() {
  const output = openSync(log, 'w');
  // The flags come last: yargs takes what follows an option with a list for more of its values.
  const reporter = join(root, 'tools/test/progress.mjs');
  const reporting = ['--reporters', reporter, `--outputFile=${results}`, '--json', '--silent'];
  const child = spawn('node', jestArguments(root, [...reporting, ...options]), {
    cwd: root,
    // Who names a test wants it, whichever command it belongs to.
    env: { ...environment, CHARGEMESH_TESTS: namesTests(options) ? 'all' : tests, TMPDIR: temporary },
    stdio: ['inherit', output, output, 'ipc'],
  });
  child.on('message', showProgress);
  const [status] = await once(child, 'exit');
  closeSync(output);
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
  return { code: status ?? 1, found: read(results) };
}

function showProgress({ done, of, failed }) {
  if (failed) console.log(`${process.stdout.isTTY ? '\r\x1b[K' : ''}failed: ${failed.slice(root.length + 1)}`);
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${done} of ${of} test files`);
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
