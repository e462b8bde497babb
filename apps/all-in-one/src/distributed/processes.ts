import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPortTaken } from '@chargemesh/embedded-postgres';
import { type Environment, type ServiceName, serviceNames } from '@chargemesh/service';
import { StartError } from '../start-error.js';

/** Far beyond what a start takes; a busy machine may need long. */
const READY_WITHIN_MS = 180_000;
const STOPS_WITHIN_MS = 40_000;

/** What each service's process listens on. */
export interface Ports {
  readonly port: number;
  readonly managementPort: number;
}

/** One service in a process of its own; it can be killed and started again on the same ports. */
export class ServiceProcess {
  private child: ChildProcess | undefined;
  private stopped = false;
  private program: readonly string[];

  constructor(
    readonly service: ServiceName,
    private readonly ports: Ports,
    private readonly environment: Environment,
    private readonly output: 'inherit' | 'ignore',
    /** Told when the process ends though nobody asked it to. */
    private readonly onDeath: (process: ServiceProcess, how: string) => void = () => undefined,
  ) {
    this.program = [entryOf(service)];
  }

  get url(): string {
    return `http://127.0.0.1:${this.ports.port}`;
  }

  /** Where its health and metrics are. */
  get managementUrl(): string {
    return `http://127.0.0.1:${this.ports.managementPort}`;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Starts the process and waits until it says that it is ready; throws `StartError` when its port is in use. */
  async start(): Promise<void> {
    if (this.stopped) return;
    const { port, managementPort } = this.ports;
    await this.needs('PORT', port);
    // Whoever has it would be asked for its health, and taken for this one.
    await this.needs('MANAGEMENT_PORT', managementPort);
    const child = spawn(process.execPath, ['--enable-source-maps', ...this.program], {
      env: { ...this.environment, PORT: String(port), MANAGEMENT_PORT: String(managementPort) },
      stdio: ['ignore', this.output, this.output],
      // In a session of its own: Ctrl-C reaches the launcher, which stops all in order.
      detached: true,
    });
    this.child = child;
    await this.ready(child);
    child.once('exit', (code, signal) => this.child === child && this.onDeath(this, signal ?? `code ${code}`));
  }

  /** Ends the process as a crash would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Shuts the process down in order; it is not started again. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.shutDown();
  }

  /** Shuts the process down in order and starts another program, such as the service's next version, in its place. */
  async replaceBy(program: readonly string[]): Promise<void> {
    await this.shutDown();
    this.program = program;
    await this.start();
  }

  /** Asks the process to shut down; kills it when that takes too long. */
  private async shutDown(): Promise<void> {
    const { child } = this;
    const deadline = setTimeout(() => child?.kill('SIGKILL'), STOPS_WITHIN_MS);
    await this.end('SIGTERM');
    clearTimeout(deadline);
  }

  private async needs(setting: string, port: number): Promise<void> {
    if (!(await isPortTaken(port))) return;
    throw new StartError(
      `Port ${port}, which ${this.service} needs, is in use; set ${setting} to the first of ${serviceNames.length} free ones.`,
    );
  }

  private async ready(child: ChildProcess): Promise<void> {
    for (const until = performance.now() + READY_WITHIN_MS; performance.now() < until;) {
      if (hasEnded(child))
        throw new Error(`${this.service} ended with ${child.signalCode ?? `code ${child.exitCode}`} while starting`);
      const answer = await fetch(`${this.managementUrl}/health/ready`, { signal: AbortSignal.timeout(5_000) }).catch(
        () => undefined,
      );
      if (answer?.ok && !hasEnded(child)) return;
      await sleep(100);
    }
    throw new Error(`${this.service} was not ready within ${READY_WITHIN_MS / 1_000} s`);
  }

  private end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child || hasEnded(child)) return Promise.resolve();
    return new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function entryOf(service: ServiceName): string {
  const index = createRequire(import.meta.url).resolve(`@chargemesh/${service}`);
  return join(dirname(index), '../dist/main.js');
}
