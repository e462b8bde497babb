/**
 * `npm run chaos [seed]` and `npm run rolling-upgrade [seed]`: a test of the whole platform at full size, which says what it has
 * seen. On loopback only; ends by itself after at most an hour.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment, prepare, root } from './prepare.mjs';
import { run } from './supervise.mjs';

await prepare();
const [name, seed] = process.argv.slice(2);
// An interruption ends the test and its servers; what these have left on the disk goes with its folder.
const temporary = mkdtempSync(join(tmpdir(), 'chargemesh-run-'));
chmodSync(temporary, 0o755);
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));
const { code } = await run(
  'node',
  ['tools/jest.mjs', `e2e/src/${name}.kafka.full.spec.ts`, '--selectProjects=kafka', '-w', '1'],
  { cwd: root, env: { ...environment, TMPDIR: temporary, TRIAL: 'full', ...(seed ? { TRIAL_SEED: seed } : {}) } },
);
process.exit(code);
