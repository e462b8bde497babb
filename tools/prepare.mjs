/**
 * Installs and builds what is missing or out of date, and says so. Runs on whatever Node the machine has (20 or later),
 * with nothing installed; everything after it runs on the pinned Node from node_modules.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beginningOf, handleInterruptions, run } from './supervise.mjs';

const LOOKED_AT_EVERY_MS = 500;

export const root = resolve(import.meta.dirname, '..');
const bin = join(root, 'node_modules/.bin');

/** The environment in which `node` is the pinned one. */
export const environment = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };

/** Not `npm ci`: it begins by removing what is installed, and an interrupted one would leave nothing. */
const installation = {
  name: 'install',
  saying: 'Installing dependencies',
  args: ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'],
  stamp: 'node_modules/.installed',
  inputs: () => ['package-lock.json'],
  isComplete: () => packagesInstalled().every((path) => existsSync(join(root, path, 'package.json'))),
  // npm takes a package for installed whose package.json is there.
  clear: () => rmSync(join(root, 'node_modules'), { recursive: true, force: true }),
};

const build = {
  name: 'build',
  saying: 'Building',
  args: ['run', '--silent', 'build'],
  stamp: '.cache/built',
  inputs: () => ['package-lock.json', '.swcrc', ...['libs', 'apps', 'e2e', 'benchmarks'].flatMap(sourcesBelow)],
  isComplete: () => buildFolders().every((folder) => existsSync(folder)),
  // nx does not repair its database where it was killed while it made the tables.
  clear: () => [...buildFolders(), join(root, '.nx')].forEach((path) => rmSync(path, { recursive: true, force: true })),
};

/** To be awaited before anything else; from its call on, an interruption ends this process and all below it. */
export async function prepare() {
  handleInterruptions();
  if (Number(process.versions.node.split('.')[0]) < 20) fail('Node.js 20 or later is needed to begin with.');
  mkdirSync(join(root, '.cache'), { recursive: true });
  for (const step of [installation, build]) await make(step);
}

/**
 * Does a step unless the files it depends on are as they were when it last succeeded, and its results are there. What an
 * interrupted one has left is cleared first.
 */
async function make(step) {
  const { name, saying, args, stamp, inputs, isComplete, clear } = step;
  const begun = join(root, `.cache/${name}.begun`);
  await untilOthersEnded(begun, saying);
  const stampFile = join(root, stamp);
  const state = stateOf(inputs());
  const cut = existsSync(begun);
  if (!cut && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === state && isComplete()) return;
  if (cut) rmSync(begun);
  if (!claim(begun)) return make(step);
  console.log(cut ? `${saying} anew, since the last time was cut off …` : `${saying} …`);
  if (cut) clear();
  rmSync(stampFile, { force: true });
  // Otherwise nx begins processes that outlive it, and that nobody reaps where we are the first process of a container.
  const env = { ...environment, NX_ISOLATE_PLUGINS: 'false' };
  const { code, output } = await run('npm', args, { cwd: root, env, captured: true });
  if (code === 0) {
    mkdirSync(resolve(stampFile, '..'), { recursive: true });
    writeFileSync(`${stampFile}.new`, state);
    renameSync(`${stampFile}.new`, stampFile);
  }
  rmSync(begun);
  if (code !== 0) fail(`${output}\n${saying} failed; the reason stands above.`);
}

/** Says with whom a step is; false if another process was faster. */
function claim(begun) {
  try {
    writeFileSync(begun, `${process.pid} ${beginningOf(process.pid)}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Two commands that are started together do not install into each other. */
async function untilOthersEnded(begun, saying) {
  for (let told = false; existsSync(begun); told = true) {
    const [pid, beginning] = readFileSync(begun, 'utf8').split(' ');
    if (beginning === undefined || beginningOf(pid) !== beginning) return;
    if (!told) console.log(`${saying}: waiting for process ${pid}, which does it already …`);
    await sleep(LOOKED_AT_EVERY_MS);
  }
}

function stateOf(inputs) {
  const hash = createHash('sha256');
  for (const file of inputs) hash.update(file).update(readFileSync(resolve(root, file)));
  return hash.digest('hex');
}

/** Folders of the packages that npm says it has installed; it writes them down at the end. */
function packagesInstalled() {
  const list = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(list)) return ['node_modules/missing'];
  return Object.keys(JSON.parse(readFileSync(list, 'utf8')).packages);
}

function buildFolders() {
  return ['libs', 'apps', '.']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { withFileTypes: true }).map(({ name }) => join(root, folder, name)),
    )
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .filter((folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).scripts?.build)
    .map((folder) => join(folder, 'dist'));
}

function sourcesBelow(folder) {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|json)$/.test(entry.name) && !/\.spec\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !/[\\/](node_modules|dist)[\\/]/.test(file))
    .sort();
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

if (process.argv[1] === import.meta.filename) await prepare();
