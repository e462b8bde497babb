/** Runs what docs/operations/containers.md tells to paste once the platform is up; afterwards it is gone. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';

const page = readFileSync('docs/operations/containers.md', 'utf8');
const block = page.split('```').find((text) => text.startsWith('sh\ndocker compose logs'));
if (!block) throw new Error('the page tells nothing of a platform that is up');
try {
  const said = execFileSync('bash', ['-euc', block.slice('sh\n'.length)], { encoding: 'utf8' });
  if (!said.includes('"totalInclTaxes"')) throw new Error(`there is no CDR in what it says: ${said}`);
} finally {
  rmSync('demo.json', { force: true });
}
const left = execFileSync('docker', ['compose', 'ps', '--all', '--quiet'], { encoding: 'utf8' });
if (left !== '') throw new Error('something is left');
console.log('docs/operations/containers.md: what it tells to paste does what it says');
