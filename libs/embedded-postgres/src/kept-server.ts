import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is done when a server ends though nobody stopped it. */
export interface Upkeep {
  readonly onDeath: (how: string) => void;
  readonly again: (signal: AbortSignal) => Promise<ChildProcess>;
}

const PAUSE_MIN_MS = 200;
const PAUSE_MAX_MS = 30_000;

/** A server that runs until it is stopped; with upkeep, it is started again when it dies. */
export class Server {
  private readonly stopping = new AbortController();
  private restarting: Promise<void> | undefined;

  constructor(
    private child: ChildProcess,
    private readonly upkeep: Upkeep | undefined,
  ) {
    this.watch();
  }

  get pid(): number {
    const { pid } = this.child;
    if (pid === undefined) throw new Error('PostgreSQL has no process id');
    return pid;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.restarting;
    await stop(this.child);
  }

  private watch(): void {
    const { upkeep, child } = this;
    if (!upkeep) return;
    const died = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (this.stopping.signal.aborted) return;
      upkeep.onDeath(signal ?? `exit code ${code}`);
      this.restarting = this.restart(upkeep);
    };
    if (child.exitCode === null && child.signalCode === null) child.once('exit', died);
    else died(child.exitCode, child.signalCode);
  }

  private async restart({ again }: Upkeep): Promise<void> {
    const { signal } = this.stopping;
    for (let pauseMs = PAUSE_MIN_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS)) {
      try {
        this.child = await again(signal);
        return this.watch();
      } catch {
        // A full disk, say, which somebody may make room on.
        await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

/** Ends a server fast; resolves when it has ended. */
export function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    child.once('exit', () => done());
    child.kill('SIGINT');
  });
}
