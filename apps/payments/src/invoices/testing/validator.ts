import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../../../../..');
const tool = join(root, 'tools/e-invoices');
const jars = join(root, '.cache/e-invoices');

/**
 * Mustang, a public validator: the schemas and schematrons of EN 16931 for UBL and CII, of Factur-X, and veraPDF for PDF/A. Gives
 * what it says of the files that are not valid; nothing, if all are. It comes from Maven Central and needs a JDK.
 */
export async function complaintsOf(files: readonly string[]): Promise<string> {
  await installJars();
  const options = ['-Xmx1g', '-cp', join(jars, '*'), join(tool, 'Validate.java')];
  const { stdout } = await run('java', [...options, ...files], { maxBuffer: 100_000_000 });
  const judged = stdout.split('\n').filter((line) => /^(in)?valid \//.test(line));
  if (judged.length !== files.length) throw new Error(`not all files were judged:\n${stdout}`);
  return judged.every((line) => line.startsWith('valid')) ? '' : stdout;
}

async function installJars(): Promise<void> {
  if (existsSync(join(jars, 'complete'))) return;
  await mkdir(join(root, '.cache'), { recursive: true });
  const fresh = `${jars}-${process.pid}`;
  await run('mvn', [
    '-q',
    '-B',
    '-f',
    join(tool, 'pom.xml'),
    'dependency:copy-dependencies',
    `-DoutputDirectory=${fresh}`,
  ]);
  await writeFile(join(fresh, 'complete'), '');
  // Somebody else may have been quicker.
  await rename(fresh, jars).catch(() => rm(fresh, { recursive: true, force: true }));
}
