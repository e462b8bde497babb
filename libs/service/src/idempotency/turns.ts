import { problem } from '../problem.js';

/** As long as others wait for a connection. */
const WAITS_MS = 5_000;

/** Bounds how many work at the same time; the others wait in the order in which they came, and not for long. */
export class Turns {
  private free: number;
  private readonly waiting = new Set<() => void>();

  constructor(atOnce: number) {
    this.free = atOnce;
  }

  /** Rejects with `unavailable` where it is nobody's turn for so long. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await this.turn();
    try {
      return await work();
    } finally {
      const [next] = this.waiting;
      if (next) next();
      else this.free += 1;
    }
  }

  private turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        clearTimeout(timer);
        this.waiting.delete(begin);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.delete(begin);
        reject(problem('unavailable'));
      }, WAITS_MS);
      this.waiting.add(begin);
    });
  }
}
