/** What a person needs of a red run: each failed test with its name, its place and the beginning of its message. */
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const LINES_MAX = 25;
/** Beyond these, failures are named only: most have one cause. */
const IN_FULL_MAX = 20;

/** Lines to print, from what Jest writes with `--json`; none for a green run. */
export function failureLines({ testResults }, root) {
  const failures = testResults.flatMap((file) => failuresOf(file, root));
  return failures.flatMap(({ name, place, message }, index) => [
    `✗ ${name}`,
    `  ${place}`,
    ...(index < IN_FULL_MAX ? [...message.map((line) => `    ${line}`), ''] : []),
  ]);
}

function failuresOf({ name: path, message, assertionResults }, root) {
  const file = relative(root, path);
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  if (failed.length === 0 && message && assertionResults.every(({ status }) => status !== 'passed'))
    return [{ name: `${file} could not be run`, ...read(message, file, root) }];
  return failed.map(({ ancestorTitles, title, failureMessages }) => ({
    name: [...ancestorTitles, title].join(' › '),
    ...read(failureMessages.join('\n'), file, root),
  }));
}

/** Splits a message with its stack into the first lines of the message and the place in the test's own file. */
function read(text, file, root) {
  const lines = stripVTControlCharacters(text).split('\n');
  const frames = lines.filter((line) => /^\s+at /.test(line));
  const own = frames.find((line) => line.includes(`${file}:`)) ?? frames.find((line) => isOurs(line, root));
  const [, where] = /\(?([^\s(]+:\d+):\d+\)?$/.exec(own ?? '') ?? [];
  const message = lines.filter((line) => !/^\s+at /.test(line) && line.trim() !== '');
  const more = message.length - LINES_MAX;
  return {
    place: where ? relative(root, where.replace(/^file:\/\//, '')) : file,
    message: more > 0 ? [...message.slice(0, LINES_MAX), `… ${more} more lines`] : message,
  };
}

function isOurs(line, root) {
  return line.includes(root) && !line.includes('node_modules');
}
