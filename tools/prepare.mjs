/**
 * Installs and builds what is missing or out of date, and says so. Runs on whatever Node the machine has (20 or later),
 * with nothing installed; everything after it runs on the pinned Node from node_modules.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const OUTPUT_BYTES_MAX = 50_000_000;

export const root = resolve(import.meta.dirname, '..');
const bin = join(root, 'node_modules/.bin');

/** The environment in which `node` is the pinned one. */
export const environment = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };

export function prepare() {
  if (Number(process.versions.node.split('.')[0]) < 20) fail('Node.js 20 or later is needed to begin with.');
  // Not `npm ci`: it refuses a lockfile that was made where a registry has not every platform's optional binaries.
  const install = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  step('node_modules/.installed', ['package-lock.json'], 'Installing dependencies', 'npm', install);
  const sources = ['libs', 'apps', 'e2e', 'benchmarks'].flatMap((folder) => sourcesBelow(join(root, folder)));
  step('.cache/built', ['package-lock.json', '.swcrc', ...sources], 'Building', 'npm', ['run', '--silent', 'build']);
}

/** Runs a command unless the files it depends on are as they were when it last succeeded. */
function step(stamp, inputs, saying, command, args) {
  const hash = createHash('sha256');
  for (const file of inputs) hash.update(file).update(readFileSync(resolve(root, file)));
  const state = hash.digest('hex');
  const stampFile = join(root, stamp);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === state) return;
  console.log(`${saying} …`);
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: OUTPUT_BYTES_MAX,
    shell: process.platform === 'win32',
  });
  if (status !== 0) fail(`${stdout}${stderr}\n${saying} failed; the reason stands above.`);
  mkdirSync(resolve(stampFile, '..'), { recursive: true });
  writeFileSync(stampFile, state);
}

function sourcesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|json)$/.test(entry.name) && !/\.spec\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !/[\\/](node_modules|dist)[\\/]/.test(file))
    .sort();
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

if (process.argv[1] === import.meta.filename) prepare();
