/** The only source of the current time; tests set it. */
export abstract class Clock {
  /** Now, in UTC. */
  abstract now(): Date;

  /** Hears by how many milliseconds the clock is set forward. One that nobody sets goes with the time in which waits are. */
  onSet(_heard: (milliseconds: number) => void): void {
    return;
  }
}

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
