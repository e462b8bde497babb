import { platformMetrics } from '@chargemesh/contracts';
import { observe } from '@chargemesh/messaging';
import type { Database } from '@chargemesh/persistence';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';

interface Job {
  readonly name: string;
  readonly milliseconds: number;
  readonly exclusive: boolean;
  work(): Promise<unknown>;
}

const STOPS_WITHIN_MS = 5_000;

/** A service's work that recurs. It begins at once; runs of one job never overlap, in all processes if it is exclusive. */
export class Schedule implements BeforeApplicationShutdown {
  private readonly timers = new Map<Job, NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  /** When each was planned, or was last done by this process. */
  private readonly doneAt = new Map<Job, number>();
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
    service: string,
  ) {
    observe(platformMetrics.process.jobOverdue, (result) => {
      for (const [job, seconds] of this.overdue())
        result.observe(seconds, { 'chargemesh.service': service, 'chargemesh.job': job });
    });
  }

  /**
   * Does `work` again and again, with so many milliseconds between the end of a run and the next. What it throws is
   * logged and tried again at the next run.
   * @param options.exclusive at most one process of the service does it at a time; the others skip their turn
   */
  every(
    name: string,
    milliseconds: number,
    work: () => Promise<unknown>,
    { exclusive = false }: { exclusive?: boolean } = {},
  ): void {
    const job = { name, milliseconds, exclusive, work };
    this.doneAt.set(job, performance.now());
    this.plan(job, 0);
  }

  /** For how many seconds each should have been done again, and was not by this process. */
  overdue(): [name: string, seconds: number][] {
    const now = performance.now();
    return [...this.doneAt].map(([{ name, milliseconds }, at]) => [name, Math.max(0, now - at - milliseconds) / 1_000]);
  }

  /** Begins no more runs and lets those in hand end, within a bound. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    let bound: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      bound = setTimeout(resolve, STOPS_WITHIN_MS);
    });
    await Promise.race([Promise.all(this.running), late]);
    clearTimeout(bound);
  }

  private plan(job: Job, milliseconds: number): void {
    if (this.stopped) return;
    const timer = setTimeout(() => {
      const run = this.run(job).finally(() => {
        this.running.delete(run);
        this.plan(job, job.milliseconds);
      });
      this.running.add(run);
    }, milliseconds);
    this.timers.set(job, timer);
  }

  private async run(job: Job): Promise<void> {
    try {
      if (await (job.exclusive ? this.alone(job) : done(job))) this.doneAt.set(job, performance.now());
    } catch (error) {
      this.logger.error({ err: error, job: job.name }, 'a scheduled job failed and will be tried again');
    }
  }

  /** Whether it was this one's turn. The lock belongs to a session, so it ends with its process. */
  private async alone(job: Job): Promise<boolean> {
    return (await this.database.exclusively(`schedule:${job.name}`, () => done(job))) ?? false;
  }
}

async function done(job: Job): Promise<true> {
  await job.work();
  return true;
}
