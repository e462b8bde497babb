/** `npm start`: the whole platform in one process on embedded defaults. Its options are those of the platform. */
import { environment, prepare, root } from './prepare.mjs';
import { run } from './supervise.mjs';

/** The services take 25 s at most, then comes the database. */
const ORDERLY_WITHIN_MS = 60_000;

await prepare();
const program = ['--enable-source-maps', 'apps/all-in-one/dist/main.js', ...process.argv.slice(2)];
const { code } = await run('node', program, { cwd: root, env: environment, orderlyWithinMs: ORDERLY_WITHIN_MS });
process.exit(code);
