import { randomUUID } from 'node:crypto';
import { Backoff, type Logger, wait, within } from '@chargemesh/messaging';
import type { Database, Transaction } from '@chargemesh/persistence';
import { attemptOf } from './attempt.js';
import type { CallHandler } from './call.js';
import { backlogs } from './backlog.store.js';
import { type LeasedCall, endEmptyLanes, firstCalls, leaseLanes, nextDue } from './calls.store.js';
import type { OutboundTelemetry } from './telemetry.js';
import { expire, record, release } from './record.js';
import { BREAKER_OPENS_AFTER } from './retry.decide.js';

export interface WorkersOptions {
  readonly database: Database;
  /** Whose calls are made; asked in every look. */
  readonly operators: (tx: Transaction) => Promise<string[]>;
  /** By kind of call. One that nothing here makes is tried later, by whoever can make it. */
  readonly handlers: ReadonlyMap<string, CallHandler>;
  readonly telemetry: OutboundTelemetry;
  readonly now: () => Date;
  readonly logger: Logger;
  /** Calls that this process makes at a time; 16, if absent. */
  readonly concurrency?: number | undefined;
  /** Calls that all processes make to one destination at a time; 4, if absent. */
  readonly perDestination?: number | undefined;
  /** How long an attempt may take, in milliseconds; 30 s, if absent. */
  readonly callWithinMs?: number | undefined;
  /** How long it may take to record it, for which a lease is longer, in milliseconds; 30 s, if absent. */
  readonly recordWithinMs?: number | undefined;
}

/** What other processes write is seen so soon; what this one writes wakes it. */
const LOOK_EVERY_MS = 5_000;
const LOOK_AFTER_MS = 50;
const STOP_WITHIN_MS = 10_000;
/** What waits is counted so often, for its gauges. */
const COUNT_EVERY_MS = 60_000;

/**
 * Makes the calls that wait. A lane is leased, its first call is made, and the result is recorded under the lease. The lane
 * of a process that died is taken over when its lease expires: the call is made again, with the same idempotency key.
 */
export class OutboundWorkers {
  private readonly stopping = new AbortController();
  private readonly inHand = new Set<Promise<void>>();
  private idle = new AbortController();
  private running: Promise<void> | undefined;
  private countAfter = 0;

  constructor(private readonly options: WorkersOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Wakes the workers. */
  readonly wake = (): void => this.idle.abort();

  /** Begins no more calls, and aborts those in hand: other processes make them again. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    const ended = Promise.all([this.running, ...this.inHand]);
    if (!(await within(STOP_WITHIN_MS, ended))) this.options.logger.warn({}, 'outbound calls did not end in time');
  }

  private async run(): Promise<void> {
    const backoff = new Backoff(LOOK_AFTER_MS, LOOK_EVERY_MS);
    while (!this.stopping.signal.aborted) {
      // Before the query, so that what is committed meanwhile is not missed.
      this.idle = new AbortController();
      try {
        await this.count();
        await wait(await this.look(), this.idle.signal);
        backoff.reset();
      } catch (error) {
        this.options.logger.warn({ err: error }, 'outbound calls cannot be read now and will be later');
        await backoff.pause(this.stopping.signal);
      }
    }
  }

  /** Begins what is due, as far as there is room; returns for how long there is nothing to do, in milliseconds. */
  private async look(): Promise<number> {
    const free = (this.options.concurrency ?? 16) - this.inHand.size;
    if (free === 0) return LOOK_EVERY_MS;
    const lease = randomUUID();
    const { calls, due } = await this.lease(lease, free);
    for (const call of calls) this.begin(call, lease);
    if (calls.length === free) return 0;
    if (!due) return LOOK_EVERY_MS;
    return Math.min(LOOK_EVERY_MS, Math.max(LOOK_AFTER_MS, due.getTime() - this.options.now().getTime()));
  }

  private async count(): Promise<void> {
    if (performance.now() < this.countAfter) return;
    const { database, operators, telemetry, now } = this.options;
    await database.transaction([], async (tx) => {
      await tx.see(await operators(tx));
      telemetry.waits(await backlogs(tx, now()));
    });
    this.countAfter = performance.now() + COUNT_EVERY_MS;
  }

  private lease(lease: string, limit: number): Promise<{ calls: LeasedCall[]; due: Date | undefined }> {
    const { database, operators, now: clock, perDestination = 4 } = this.options;
    return database.transaction([], async (tx) => {
      await tx.see(await operators(tx));
      const now = clock();
      const leasedUntil = new Date(now.getTime() + this.callWithinMs + this.recordWithinMs);
      const bounds = { limit, lanesPerDestination: perDestination, breakerOpensAfter: BREAKER_OPENS_AFTER };
      const lanes = await leaseLanes(tx, { now, lease, leasedUntil, ...bounds });
      const calls = lanes.length > 0 ? await firstCalls(tx, lanes) : [];
      // What waited in the others was superseded or discarded.
      if (calls.length < lanes.length) await endEmptyLanes(tx, lease);
      return { calls, due: lanes.length < limit ? await nextDue(tx) : now };
    });
  }

  private begin(call: LeasedCall, lease: string): void {
    const work = this.make(call, lease).finally(() => {
      this.inHand.delete(work);
      this.wake();
    });
    this.inHand.add(work);
  }

  private async make(call: LeasedCall, lease: string): Promise<void> {
    const { database, handlers, now: clock } = this.options;
    const at = clock();
    if (call.expiresAt <= at) return this.untilRecorded(call, () => expire(database, { call, lease }, at));
    const begun = performance.now();
    const bounds = { withinMs: this.callWithinMs, stopping: this.stopping.signal };
    const outcome = await attemptOf(call, handlers.get(call.kind), bounds);
    if (!outcome) return this.untilRecorded(call, () => release(database, { call, lease }, clock()));
    const durationMs = performance.now() - begun;
    this.options.telemetry.attempted(call, outcome, durationMs);
    await this.untilRecorded(call, async () => {
      const reach = await record(database, { call, lease, at, durationMs, outcome }, clock());
      const { operatorId, destination } = call;
      if (reach) this.options.logger.warn({ operatorId, destination, outcome }, `${reach} of a destination`);
    });
  }

  /** While the lease lasts; after it, the call is made again. */
  private async untilRecorded({ callId, destination }: LeasedCall, write: () => Promise<void>): Promise<void> {
    const backoff = new Backoff(100, 2_000);
    const until = performance.now() + this.recordWithinMs;
    while (performance.now() < until) {
      try {
        return await write();
      } catch (error) {
        this.options.logger.warn({ err: error, callId, destination }, 'an outbound call could not be recorded yet');
        await backoff.pause();
      }
    }
  }

  private get callWithinMs(): number {
    return this.options.callWithinMs ?? 30_000;
  }

  private get recordWithinMs(): number {
    return this.options.recordWithinMs ?? 30_000;
  }
}
