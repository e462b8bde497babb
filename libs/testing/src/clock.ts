import { Clock } from '@chargemesh/service';

/** A clock that stands still until a test moves it. */
export class ManualClock extends Clock {
  private time: number;

  constructor(start: string) {
    super();
    this.time = Date.parse(start);
  }

  now(): Date {
    return new Date(this.time);
  }

  /** Moves the clock on. */
  advance(seconds: number): void {
    this.time += seconds * 1_000;
  }
}
