const WINDOW_MS = 60_000;

/**
 * Counts failed credential checks by identity, so that guessing is slow. Only failures count: a station that comes back
 * often with the right password is not kept out.
 */
export class Attempts {
  private readonly failures = new Map<string, number[]>();

  constructor(
    private readonly now: () => Date,
    private readonly perMinute: number,
  ) {}

  /** Seconds until the next check is allowed; 0 if it is now. */
  waitS(identity: string): number {
    const recent = this.recent(identity);
    const [oldest] = recent;
    if (recent.length < this.perMinute || oldest === undefined) return 0;
    return Math.ceil((oldest + WINDOW_MS - this.now().getTime()) / 1_000);
  }

  /** Identities are known stations, so there are no more entries than stations. */
  failed(identity: string): void {
    this.failures.set(identity, [...this.recent(identity), this.now().getTime()]);
  }

  succeeded(identity: string): void {
    this.failures.delete(identity);
  }

  private recent(identity: string): number[] {
    const since = this.now().getTime() - WINDOW_MS;
    const recent = (this.failures.get(identity) ?? []).filter((at) => at > since);
    if (recent.length === 0) this.failures.delete(identity);
    return recent;
  }
}
