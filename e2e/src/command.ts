import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Process, processesWith } from './processes.js';

/** Longer than what a start takes on the busiest machine; a test that may wait so long has a time of its own. */
const SAYS_WITHIN_MS = 400_000;
const LOOKED_AT_EVERY_MS = 50;

/** A command of the README as a person types it, in a process group of its own like at a terminal. */
export class Command {
  readonly child: ChildProcess;
  output = '';
  private readonly mark = `CHARGEMESH_MARK=${randomBytes(8).toString('hex')}`;

  constructor(
    [command = '', ...args]: readonly string[],
    private readonly folder: string,
    options: { cwd: string; env: Record<string, string> },
  ) {
    const [name = '', value] = this.mark.split('=');
    this.child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...cleanEnvironment(), ...options.env, [name]: value },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
  }

  /** Waits until it has said something, for as long as it lives. */
  async says(words: string): Promise<void> {
    const until = performance.now() + SAYS_WITHIN_MS;
    while (!this.output.includes(words)) {
      if (this.hasEnded) throw new Error(`ended, and did not say: ${words}\n${this.output}`);
      if (performance.now() > until) throw new Error(`not said: ${words}\n${this.output}`);
      await sleep(LOOKED_AT_EVERY_MS);
    }
  }

  /** Everything that it has begun and that still runs. */
  running(): Process[] {
    return processesWith(this.mark, this.folder);
  }

  /** The process whose command line begins with the words. */
  part(words: string): Process {
    const found = this.running().find(({ command }) => command.startsWith(words));
    if (!found) throw new Error(`no ${words} among ${JSON.stringify(this.running())}`);
    return found;
  }

  /** As Ctrl-C at a terminal: to all of its process group. */
  interruptGroup(signal: NodeJS.Signals): void {
    process.kill(-(this.child.pid ?? 0), signal);
  }

  async ended(): Promise<void> {
    if (!this.hasEnded) await once(this.child, 'exit');
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** For the end of a test that failed. */
  sweep(): void {
    for (const { pid } of this.running()) process.kill(pid, 'SIGKILL');
  }
}

/** Without what the npm above these tests has put there. */
function cleanEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS|JEST_|TEST_|KAFKA_|NODE_ENV)/.test(name)),
  );
}
