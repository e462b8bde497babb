import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment, ServiceName } from '@chargemesh/service';

export const serviceNames: readonly ServiceName[] = [
  'ocpp-gateway',
  'device-management',
  'sessions',
  'tariffs',
  'payments',
  'ocpi-gateway',
];

const READY_WITHIN_MS = 60_000;
const STOPS_WITHIN_MS = 20_000;

/** One service in a process of its own; it can be killed and started again on the same port. */
export class ServiceProcess {
  private child: ChildProcess | undefined;

  constructor(
    readonly service: ServiceName,
    readonly port: number,
    private readonly environment: Environment,
    private readonly output: 'inherit' | 'ignore',
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts the process and waits until it says that it is ready. */
  async start(): Promise<void> {
    this.child = spawn(process.execPath, ['--enable-source-maps', entryOf(this.service)], {
      env: { ...this.environment, PORT: String(this.port) },
      stdio: ['ignore', this.output, this.output],
      // In a session of its own: Ctrl-C reaches the launcher, which stops all in order.
      detached: true,
    });
    await this.ready();
  }

  /** Ends the process as a crash would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Asks the process to shut down in order; kills it when that takes too long. */
  async stop(): Promise<void> {
    const deadline = setTimeout(() => this.child?.kill('SIGKILL'), STOPS_WITHIN_MS);
    await this.end('SIGTERM');
    clearTimeout(deadline);
  }

  private async ready(): Promise<void> {
    for (let waited = 0; waited < READY_WITHIN_MS; waited += 100) {
      if (this.child?.exitCode !== null)
        throw new Error(`${this.service} ended with code ${this.child?.exitCode} while starting`);
      const answer = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).catch(
        () => undefined,
      );
      if (answer?.ok) return;
      await sleep(100);
    }
    throw new Error(`${this.service} was not ready within ${READY_WITHIN_MS / 1_000} s`);
  }

  private end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  }
}

function entryOf(service: ServiceName): string {
  const index = createRequire(import.meta.url).resolve(`@chargemesh/${service}`);
  return join(dirname(index), '../dist/main.js');
}
