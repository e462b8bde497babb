import { setTimeout as sleep } from 'node:timers/promises';

/** A station's own time: real time, or faster, or as fast as it is walked through. */
export class Timeline {
  private readonly realStart: Date;
  private reached: Date;

  constructor(
    private readonly clock: { now(): Date },
    readonly start: Date,
    /** Virtual seconds per real second; Infinity never waits. */
    private readonly scale: number,
  ) {
    this.realStart = clock.now();
    this.reached = start;
  }

  now(): Date {
    if (this.scale === Infinity) return this.reached;
    const passed = this.clock.now().getTime() - this.realStart.getTime();
    return new Date(this.start.getTime() + passed * this.scale);
  }

  /** Waits for the moment, or for the signal. */
  async reach(at: Date, signal: AbortSignal): Promise<void> {
    if (this.scale === Infinity) {
      if (at > this.reached) this.reached = at;
      return;
    }
    const waitMs = (at.getTime() - this.now().getTime()) / this.scale;
    if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => undefined);
  }
}
