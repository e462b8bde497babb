import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandOf, identityOf, isRunning } from './process.js';

/** A fast shutdown ends with a checkpoint, which takes a busy disk its time. */
const STOPS_WITHIN_MS = 60_000;
const EVERY_MS = 50;

/**
 * Ends the server that a process which was killed has left on the folder: it would refuse a second one. What runs under
 * the id by now and is not this server is left alone, and its id, which would refuse us as well, is taken off the folder.
 */
export async function stopLeftover(folder: string): Promise<void> {
  const file = join(folder, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const server = identityOf(pid);
  if (!server) return;
  if (!isServerOf(folder, commandOf(pid))) return rmSync(file, { force: true });
  process.kill(pid, 'SIGINT');
  for (let waited = 0; isRunning(server); waited += EVERY_MS) {
    if (waited > STOPS_WITHIN_MS)
      throw new Error(`The PostgreSQL of an earlier run (process ${pid}) does not stop; end it by hand.`);
    await sleep(EVERY_MS);
  }
}

/** We name the data folder when we start a server, and nobody else has a reason to. */
function isServerOf(folder: string, command: readonly string[]): boolean {
  const [program = '', ...args] = command;
  return /(^|[\\/])postgres(\.exe)?$/.test(program) && args[args.indexOf('-D') + 1] === folder;
}
