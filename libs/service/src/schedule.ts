import { platformMetrics } from '@chargemesh/contracts';
import { observe, within } from '@chargemesh/messaging';
import type { Database, Transaction } from '@chargemesh/persistence';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Clock } from './clock.js';

interface Job {
  readonly name: string;
  readonly milliseconds: number;
  readonly exclusive: boolean;
  work(): Promise<unknown>;
  /** When its next turn is; infinite while it is done. Times are those of `performance.now()`. */
  next: number;
  /** When something becomes due before it is looked for anyway. */
  readonly due: Set<number>;
  timer?: NodeJS.Timeout;
  /** When it was planned, or was last done by this process. */
  doneAt: number;
}

/** How a turn ended; it is skipped while another process has it. */
type Turn = 'done' | 'skipped' | 'failed';

const STOPS_WITHIN_MS = 5_000;
/** What becomes due meanwhile is done together. */
const TOGETHER_MS = 250;
/** What was due when a turn failed is tried again then, */
const AGAIN_MS = 2_000;
/** and what is looked for anyway not after a whole interval, which may be a day. */
const LOOKS_AGAIN_MS = 60_000;
/** What becomes due later than this is found by the looks in between. */
const DUE_WITHIN_MS = 3_600_000;
/** Due times are kept in steps, wider ones for what is due later than this, so that there are never many. */
const SOON_MS = 60_000;
const SOON_STEP_MS = 100;
const LATER_STEP_MS = 1_000;

/**
 * A service's work that recurs. It begins at once; runs of one job never overlap, in all processes if it is exclusive.
 * Whoever makes work due says so (`due`); the looks in between are for what a process that ended has left.
 */
export class Schedule implements BeforeApplicationShutdown {
  private readonly jobs = new Map<string, Job>();
  private readonly running = new Set<Promise<void>>();
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly logger: Logger,
    service: string,
  ) {
    clock.onSet((milliseconds) => this.sooner(milliseconds));
    observe(platformMetrics.process.jobOverdue, (result) => {
      for (const [job, seconds] of this.overdue())
        result.observe(seconds, { 'chargemesh.service': service, 'chargemesh.job': job });
    });
  }

  /**
   * Does `work` again and again, with a pause between the end of a run and the next. What it throws is
   * logged and tried again at the next run.
   * @param options.exclusive at most one process of the service does it at a time; the others skip their turn
   */
  every(
    name: string,
    milliseconds: number,
    work: () => Promise<unknown>,
    { exclusive = false }: { exclusive?: boolean } = {},
  ): void {
    const now = performance.now();
    const job: Job = { name, milliseconds, exclusive, work, next: now, due: new Set(), doneAt: now };
    this.jobs.set(name, job);
    this.plan(job, now);
  }

  /** Has a job done when something is due that this transaction leaves, and not only at its next turn. */
  due(tx: Pick<Transaction, 'onCommit'>, name: string, at: Date): void {
    tx.onCommit(() => {
      const job = this.jobs.get(name);
      const inMs = Math.max(0, at.getTime() - this.clock.now().getTime());
      if (job && inMs < DUE_WITHIN_MS) this.add(job, inMs);
    });
  }

  /** For how many seconds each should have been done again, and was not by this process. */
  overdue(): [name: string, seconds: number][] {
    const now = performance.now();
    return [...this.jobs.values()].map(({ name, milliseconds, doneAt }) => [
      name,
      Math.max(0, now - doneAt - milliseconds) / 1_000,
    ]);
  }

  /** Begins no more runs and lets those in hand end, within a bound. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    for (const { timer } of this.jobs.values()) clearTimeout(timer);
    await within(STOPS_WITHIN_MS, Promise.all(this.running));
  }

  private add(job: Job, inMs: number): void {
    const stepMs = inMs < SOON_MS ? SOON_STEP_MS : LATER_STEP_MS;
    // Never before it is due: it would not be found.
    const at = (Math.floor((performance.now() + inMs) / stepMs) + 1) * stepMs;
    job.due.add(at);
    if (at < job.next && job.next !== Infinity) this.plan(job, at);
  }

  /** The clock was set forward: what is due by it comes so much sooner. */
  private sooner(milliseconds: number): void {
    for (const job of this.jobs.values()) {
      const due = [...job.due].map((at) => at - milliseconds);
      job.due.clear();
      for (const at of due) job.due.add(at);
      const at = Math.min(...due);
      if (at < job.next && job.next !== Infinity) this.plan(job, at);
    }
  }

  private plan(job: Job, next: number): void {
    if (this.stopped) return;
    clearTimeout(job.timer);
    job.next = next;
    const begin = (): void => {
      const run = this.run(job).finally(() => this.running.delete(run));
      this.running.add(run);
    };
    job.timer = setTimeout(begin, Math.max(0, next - performance.now()));
  }

  private async run(job: Job): Promise<void> {
    const { due, milliseconds } = job;
    job.next = Infinity;
    const began = performance.now();
    const isDue = [...due].some((at) => at <= began);
    for (const at of due) if (at <= began) due.delete(at);
    const turn = await this.turn(job);
    const now = performance.now();
    if (turn === 'done') job.doneAt = now;
    // Who was at it may have looked before this was there.
    if (turn === 'skipped' && isDue) due.add(now);
    if (turn === 'failed' && isDue) due.add(now + AGAIN_MS);
    const soonest = now + Math.min(TOGETHER_MS, milliseconds);
    const next = now + (turn === 'failed' ? Math.min(milliseconds, LOOKS_AGAIN_MS) : milliseconds);
    this.plan(job, Math.max(Math.min(...due, next), soonest));
  }

  private async turn(job: Job): Promise<Turn> {
    try {
      return await (job.exclusive ? this.alone(job) : done(job));
    } catch (error) {
      this.logger.error({ err: error, job: job.name }, 'a scheduled job failed and will be tried again');
      return 'failed';
    }
  }

  /** Whether it was this one's turn. The lock belongs to a session, so it ends with its process. */
  private async alone(job: Job): Promise<Turn> {
    return (await this.database.exclusively(`schedule:${job.name}`, () => done(job))) ?? 'skipped';
  }
}

async function done(job: Job): Promise<'done'> {
  await job.work();
  return 'done';
}
