/** `npm start`: the whole platform in one process on embedded defaults. Options after `--` go to it. */
import { spawn } from 'node:child_process';
import { environment, prepare, root } from './prepare.mjs';

prepare();
const child = spawn('node', ['--enable-source-maps', 'apps/all-in-one/dist/main.js', ...process.argv.slice(2)], {
  cwd: root,
  env: environment,
  stdio: 'inherit',
});
// Ctrl-C reaches the child by itself; a signal sent to this process alone must be handed on.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
