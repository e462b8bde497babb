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
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

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
    this.plan({ name, milliseconds, exclusive, work }, 0);
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
      await (job.exclusive ? this.alone(job) : job.work());
    } catch (error) {
      this.logger.error({ err: error, job: job.name }, 'a scheduled job failed and will be tried again');
    }
  }

  /** The lock belongs to a session, so it ends with its process. */
  private async alone(job: Job): Promise<void> {
    await this.database.exclusively(`schedule:${job.name}`, () => job.work());
  }
}
