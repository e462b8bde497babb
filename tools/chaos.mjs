/**
 * `npm run chaos [seed]`: six processes under every fault there is, at full size: PostgreSQL restarted 50 times, its
 * connections ended at random, silent networks, a broker that stands still, services killed. On loopback only; ends by
 * itself after at most an hour, with what was acknowledged and what was billed.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { environment, prepare, root } from './prepare.mjs';

prepare();
const [seed] = process.argv.slice(2);
const { status } = spawnSync(
  'node',
  [join(root, 'tools/jest.mjs'), 'e2e/src/chaos.kafka.full.spec.ts', '--selectProjects=kafka', '-w', '1'],
  { cwd: root, stdio: 'inherit', env: { ...environment, CHAOS: 'full', ...(seed ? { CHAOS_SEED: seed } : {}) } },
);
process.exit(status ?? 1);
