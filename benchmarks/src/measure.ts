import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';

/** What a process has used so far. */
export interface Usage {
  /** Seconds of CPU, of all its threads, user and system. */
  readonly cpuS: number;
  /** Bytes that are reachable: heap and buffers after a collection; needs `--expose-gc`. */
  readonly reachableBytes: number;
  readonly residentBytes: number;
}

export function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuS: (user + system) / 1e6, ...memory() };
}

function memory(): Omit<Usage, 'cpuS'> {
  const { heapUsed, external, rss } = process.memoryUsage();
  return { reachableBytes: heapUsed + external, residentBytes: rss };
}

/** A benchmarked server in a process of its own, so that the load's own cost is not counted. */
export class Server {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(file: string, args: readonly string[]): Promise<Server> {
    const child = fork(file, args, { execArgv: ['--expose-gc', ...process.execArgv], stdio: [0, 2, 2, 'ipc'] });
    const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${args.join(' ')} ended too early`)));
    const [url] = (await Promise.race([once(child, 'message'), ended])) as [string];
    ended.catch(() => undefined);
    return new Server(child, url);
  }

  async usage(collect = false): Promise<Usage> {
    this.child.send(collect ? 'collect' : 'usage');
    return ((await once(this.child, 'message')) as [Usage])[0];
  }

  async stop(): Promise<void> {
    this.child.send('stop');
    await once(this.child, 'exit');
  }
}

/** The other end of `Server`, in the child. */
export function serve(url: string, stop: () => Promise<unknown>): void {
  const end = (): void => void stop().finally(() => process.exit());
  // Nobody measures any more.
  process.once('disconnect', end);
  process.on('message', (what) => {
    if (what === 'stop') return end();
    if (what === 'collect') for (let times = 0; times < 3; times += 1) globalThis.gc?.();
    process.send?.(usage());
  });
  process.send?.(url);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 ? middle : middle - 1], sorted[middle]];
  if (low === undefined || high === undefined) throw new RangeError('nothing was measured');
  return (low + high) / 2;
}

/** What so large a part of the values, between 0 and 1, does not exceed. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** Median, and the lowest and highest in parentheses. */
export function spread(values: readonly number[], digits: number): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${figure(median(values), digits)} (${figure(low, digits)}–${figure(high, digits)})`;
}

export function figure(value: number, digits = 0): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Prints a table in Markdown, with the machine it was measured on. */
export function report(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const [first, ...others] = head;
  const rule = line([first === undefined ? '' : '---', ...others.map(() => '--:')]);
  console.log(`\n${title} (Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim()})\n`);
  console.log([line(head), rule, ...rows.map(line)].join('\n'));
}
