const WINDOW_MS = 60_000;
/** The oldest are forgotten beyond this; an attacker with more addresses is not stopped by counting them. */
const COUNTED_MAX = 100_000;

/**
 * Slows down guessing of passwords and tokens: counts failed logins per client and minute. Only failures count, so that
 * neither who comes often nor whose password others guess at is locked out.
 */
export class FailedLoginLimiter {
  private readonly failures = new Map<string, { since: number; count: number }>();

  constructor(
    private readonly now: () => Date,
    private readonly perMinute: number,
  ) {}

  /** Counts a failure; gives the seconds to wait if there were too many, else 0. */
  failed(by: string): number {
    const now = this.now().getTime();
    const known = this.failures.get(by);
    const window = known && now - known.since < WINDOW_MS ? known : { since: now, count: 0 };
    window.count++;
    this.failures.delete(by);
    this.failures.set(by, window);
    if (this.failures.size > COUNTED_MAX) this.failures.delete(this.failures.keys().next().value as string);
    return window.count <= this.perMinute ? 0 : Math.ceil((window.since + WINDOW_MS - now) / 1_000);
  }

  succeeded(by: string): void {
    this.failures.delete(by);
  }
}
