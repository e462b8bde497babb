import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const matches = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = '']) => found);

describe('the entrypoint of the image', () => {
  const image = mkdtempSync(join(tmpdir(), 'chargemesh-image-'));
  const entrypoint = join(image, 'deploy/entrypoint.mjs');

  beforeAll(() => {
    cpSync(join(root, 'deploy/entrypoint.mjs'), entrypoint);
    writeFileSync(join(image, 'package.json'), '{"type":"module"}');
    program('apps/cli/bin/chargemesh.mjs', 'console.log("chargemesh", ...process.argv.slice(2))');
    program('apps/sessions/dist/main.js', 'console.log("sessions", ...process.argv.slice(2))');
    program('apps/tariffs/dist/main.js', 'setInterval(() => undefined, 1000); console.log("up")');
    program(
      'apps/payments/dist/main.js',
      'process.on("SIGTERM", () => setImmediate(() => process.exit(0))); setInterval(() => undefined, 1000); console.log("up")',
    );
  });

  afterAll(() => rmSync(image, { recursive: true, force: true }));

  function program(file: string, source: string): void {
    mkdirSync(dirname(join(image, file)), { recursive: true });
    writeFileSync(join(image, file), source);
  }

  const becomes = (...words: string[]): string =>
    spawnSync(process.execPath, [entrypoint, ...words], { encoding: 'utf8' }).stdout.trim();

  it('becomes the service that the first word names, with the words behind it', () => {
    expect(becomes('sessions')).toBe('sessions');
    expect(becomes('sessions', 'migrate', '--now')).toBe('sessions migrate --now');
  });

  it('becomes the command-line tool with any other words, and with none', () => {
    expect(becomes('doctor', '--all')).toBe('chargemesh doctor --all');
    expect(becomes('--help')).toBe('chargemesh --help');
    expect(becomes('constructor')).toBe('chargemesh constructor');
    expect(becomes()).toBe('chargemesh');
  });

  const endsBy = async (service: string, signal: NodeJS.Signals): Promise<number | null> => {
    const child = spawn(process.execPath, [entrypoint, service], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  };

  it('ends by a signal that its program does not handle, which the kernel lets no first process do', async () => {
    expect(await endsBy('tariffs', 'SIGTERM')).toBe(143);
    expect(await endsBy('tariffs', 'SIGINT')).toBe(130);
  });

  it('leaves a signal to the program that handles it', async () => {
    expect(await endsBy('payments', 'SIGTERM')).toBe(0);
  });

  it('names programs that there are', () => {
    const built = matches(read('deploy/entrypoint.mjs'), /'(apps\/[^']+)'/g);
    const sources = built.map((file) => file.replace('/dist/', '/src/').replace(/\.js$/, '.ts'));
    expect(sources.length).toBeGreaterThan(6);
    expect(sources.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});

describe('what is taken from elsewhere', () => {
  const pinned = /@sha256:[0-9a-f]{64}$/;

  it('is pinned by digest in the Dockerfile', () => {
    const images = matches(read('deploy/Dockerfile'), /^ARG \w+_IMAGE=(\S+)/gm);
    expect(images).toHaveLength(2);
    expect(images.filter((image) => !pinned.test(image))).toEqual([]);
    const bases = matches(read('deploy/Dockerfile'), /^FROM (?:--platform=\S+ )?(\S+)/gm);
    expect(bases.filter((base) => !/^\$\{\w+_IMAGE\}$/.test(base))).toEqual([]);
  });

  it('is pinned by digest in the compose file, where our own image has the version of the project', () => {
    const images = matches(read('docker-compose.yml'), /^ +image: \$\{\w+:-(\S+)\}$/gm);
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(images.filter((image) => !pinned.test(image))).toEqual([`chargemesh:${version}`]);
    expect(matches(read('docker-compose.yml'), /^ +image: (.)/gm)).toHaveLength(images.length);
  });

  it('is pinned by commit in the workflows', () => {
    const folder = '.github/workflows';
    const uses = readdirSync(join(root, folder)).flatMap((file) => matches(read(`${folder}/${file}`), /uses: (\S+)/g));
    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
  });

  it('is named in the lockfile for every platform, without which npm ci refuses it', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !isLocked(packages, path, name)),
    );
    expect(missing).toEqual([]);
  });

  /** As Node finds it: in the package itself, else in the ones around it. */
  function isLocked(packages: object, path: string, name: string): boolean {
    for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
      if (Object.hasOwn(packages, `${folder ? `${folder}/` : ''}node_modules/${name}`)) return true;
      if (folder === '') return false;
    }
  }
});

const compose = spawnSync('docker', ['compose', 'version']).status === 0;

describe('the compose file', () => {
  (compose ? it : it.skip)('is one, as it is and with the stand-ins', () => {
    for (const files of [[], ['--env-file', 'deploy/stand-ins/compose.env']]) {
      const { status, stderr } = spawnSync('docker', ['compose', ...files, '--profile', '*', 'config', '--quiet'], {
        cwd: root,
        encoding: 'utf8',
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    }
  });
});
