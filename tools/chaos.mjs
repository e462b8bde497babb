/**
 * `npm run chaos [seed]`: six processes under every fault there is, at full size: PostgreSQL restarted 50 times, its
 * connections ended at random, silent networks, a broker that stands still, services killed. On loopback only; ends by
 * itself after at most an hour, with what was acknowledged and what was billed.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment, prepare, root } from './prepare.mjs';
import { run } from './supervise.mjs';

await prepare();
const [seed] = process.argv.slice(2);
// An interruption ends the test and its servers; what these have left on the disk goes with its folder.
const temporary = mkdtempSync(join(tmpdir(), 'chargemesh-run-'));
chmodSync(temporary, 0o755);
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }));
const { code } = await run(
  'node',
  ['tools/jest.mjs', 'e2e/src/chaos.kafka.full.spec.ts', '--selectProjects=kafka', '-w', '1'],
  { cwd: root, env: { ...environment, TMPDIR: temporary, CHAOS: 'full', ...(seed ? { CHAOS_SEED: seed } : {}) } },
);
process.exit(code);
