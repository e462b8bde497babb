/**
 * `npm run render -w @chargemesh/helm` writes what follows from the chart and the contracts into the examples; with
 * `--check` it writes nothing, and ends with 1 if something is not as it would be.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { helmProgram } from './binary.mjs';
import { topicsManifest, usersManifest } from './strimzi.mjs';

const run = promisify(execFile);
const helm = resolve(import.meta.dirname, '..');
const examples = join(helm, 'examples');

/** For which Kubernetes the examples are rendered. */
const KUBERNETES = '1.34.0';

const wanted = await everything();
if (process.argv.includes('--check')) check(wanted);
else write(wanted);

/** Path, below the examples, and text of each file that is made. */
async function everything() {
  const files = new Map([
    ['gitops/manifests/topics.yaml', await topicsManifest()],
    ['gitops/manifests/users.yaml', usersManifest()],
  ]);
  const program = await helmProgram();
  for (const name of readdirSync(examples)) {
    for (const [path, text] of await rendered(program, name)) files.set(`${name}/rendered/${path}`, text);
  }
  return files;
}

async function rendered(program, name) {
  const out = mkdtempSync(join(tmpdir(), 'chargemesh-rendered-'));
  const values = join(examples, name, 'values.yaml');
  const options = ['--namespace', 'chargemesh', '--kube-version', KUBERNETES, '--values', values, '--output-dir', out];
  try {
    await run(program, ['template', 'chargemesh', join(helm, 'chargemesh'), ...options]);
    const templates = join(out, 'chargemesh/templates');
    return filesBelow(templates).map((path) => [path, readFileSync(join(templates, path), 'utf8')]);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Files that were made once and are not any more. */
function stale(files) {
  return readdirSync(examples)
    .flatMap((name) => filesBelow(join(examples, name, 'rendered')).map((path) => `${name}/rendered/${path}`))
    .filter((path) => !files.has(path));
}

function check(files) {
  const different = [...files].filter(([path, text]) => textOf(join(examples, path)) !== text).map(([path]) => path);
  const wrong = [...different, ...stale(files)];
  if (wrong.length === 0) return;
  console.error(`Not as they would be made by "npm run render -w @chargemesh/helm":\n${wrong.join('\n')}`);
  process.exitCode = 1;
}

function write(files) {
  for (const path of stale(files)) rmSync(join(examples, path));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(examples, path)), { recursive: true });
    writeFileSync(join(examples, path), text);
  }
}

function textOf(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
