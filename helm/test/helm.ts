import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments, stringify } from 'yaml';
import type { Manifest, ManifestOf } from './manifest.js';

export const helmFolder = resolve(import.meta.dirname, '..');
export const chart = join(helmFolder, 'chargemesh');

const run = promisify(execFile);

let program: Promise<string> | undefined;

/** Runs Helm; rejects with what it said. */
export async function helm(...args: string[]): Promise<string> {
  program ??= tool('binary.mjs').then((path) => path.trim());
  try {
    return (await run(await program, args, { maxBuffer: 64_000_000 })).stdout;
  } catch (error) {
    throw new Error((error as { stderr?: string }).stderr ?? String(error), { cause: error });
  }
}

/** Runs one of the chart's own programs. */
export async function tool(name: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [join(helmFolder, 'tools', name), ...args]);
  return stdout;
}

/** What the chart makes of values, above those with which it can be rendered at all. */
export async function render(values: object = {}): Promise<Manifest[]> {
  const folder = mkdtempSync(join(tmpdir(), 'chargemesh-values-'));
  try {
    const file = join(folder, 'values.yaml');
    writeFileSync(file, stringify({ kafka: { brokers: ['kafka:9092'] }, ...values }));
    return parse(await helm('template', 'chargemesh', chart, '--kube-version', '1.34.0', '--values', file));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function parse(text: string): Manifest[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

export function manifestsIn(folder: string): Manifest[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .flatMap((entry) => parse(readFileSync(join(entry.parentPath, entry.name), 'utf8')));
}

export function one<Kind extends string>(manifests: readonly Manifest[], kind: Kind, name: string): ManifestOf<Kind> {
  const found = all(manifests, kind).filter(({ metadata }) => metadata.name === name);
  if (found.length !== 1) throw new Error(`there are ${found.length} of ${kind} ${name}`);
  return found[0]!;
}

export function all<Kind extends string>(manifests: readonly Manifest[], kind: Kind): ManifestOf<Kind>[] {
  return manifests.filter((manifest): manifest is ManifestOf<Kind> => manifest.kind === kind);
}
