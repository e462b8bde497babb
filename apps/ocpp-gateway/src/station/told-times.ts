/** What was told, in ms: when it arrived, and how much later that was than the station's clock says. */
export interface ToldTime {
  readonly receivedMs: number;
  readonly lateMs: number;
}

/** The last are kept: what a station says of its connectors between a boot and the next start is less. */
const KEPT_MAX = 32;

/** What a queue brings comes so soon after what it brought before. */
export const SENT_NEXT_MS = 120_000;
/** No two things of one second come so far apart, unless they waited. */
const STANDS_STILL_MS = 60_000;

/** What a station has told this process of its connectors, at most since it booted: whether its clock is right shows by that. */
export class ToldTimes {
  private bootedMs: number | undefined;
  private told: readonly ToldTime[] = [];
  private onConnection = { connectedMs: -Infinity, leastLateMs: Infinity, queueMs: -Infinity };

  booted(receivedAt: string): void {
    this.bootedMs = Date.parse(receivedAt);
    this.told = [];
  }

  /**
   * Of a connector.
   * @param at by the station's clock
   */
  said(at: string, { receivedAt, connectedAt }: { receivedAt: string; connectedAt: string }): void {
    this.heard(at, { receivedAt, connectedAt });
    const receivedMs = Date.parse(receivedAt);
    this.told = [...this.told, { receivedMs, lateMs: receivedMs - Date.parse(at) }].slice(-KEPT_MAX);
  }

  /** Of anything else, which is too much to be kept one by one. */
  heard(at: string, { receivedAt, connectedAt }: { receivedAt: string; connectedAt: string }): void {
    const [atMs, receivedMs, connectedMs] = [at, receivedAt, connectedAt].map(Date.parse) as [number, number, number];
    const { leastLateMs, queueMs } = this.since(connectedMs);
    const isQueued = atMs < connectedMs && receivedMs - queueMs <= SENT_NEXT_MS;
    this.onConnection = {
      connectedMs,
      leastLateMs: Math.min(leastLateMs, receivedMs - atMs),
      queueMs: isQueued ? receivedMs : queueMs,
    };
  }

  /** How late it told of something on a connection at least, and when the last came of what waited for that, without a pause. */
  since(connectedMs: number): { leastLateMs: number; queueMs: number } {
    return this.onConnection.connectedMs === connectedMs
      ? this.onConnection
      : { leastLateMs: Infinity, queueMs: connectedMs };
  }

  /** Whether it told of that very moment long before: its clock stands still. */
  stoodAt(at: string, receivedAt: string): boolean {
    const [atMs, receivedMs] = [Date.parse(at), Date.parse(receivedAt)];
    return this.told.some(
      (one) => one.receivedMs - one.lateMs === atMs && receivedMs - one.receivedMs >= STANDS_STILL_MS,
    );
  }

  /** When it booted last, and what it told since, as far as both were before some moment. */
  before(atMs: number): { bootedMs: number | undefined; told: readonly ToldTime[] } {
    const bootedMs = this.bootedMs !== undefined && this.bootedMs < atMs ? this.bootedMs : undefined;
    return { bootedMs, told: this.told.filter(({ receivedMs }) => receivedMs < atMs) };
  }
}
