/** The only source of the current time; tests set it. */
export abstract class Clock {
  /** Now, in UTC. */
  abstract now(): Date;
}

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
