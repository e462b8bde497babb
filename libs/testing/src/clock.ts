import { Clock } from '@chargemesh/service';

/** A clock that stands still until a test moves it. */
export class ManualClock extends Clock {
  private time: number;
  private readonly listeners: ((milliseconds: number) => void)[] = [];

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
    for (const heard of this.listeners) heard(seconds * 1_000);
  }

  override onSet(heard: (milliseconds: number) => void): void {
    this.listeners.push(heard);
  }
}
