/** What was told, in ms: when it arrived, and how much later that was than the station's clock says. */
export interface ToldTime {
  readonly receivedMs: number;
  readonly lateMs: number;
}

/** The last are kept: what a station says of its connectors between a boot and the next start is less. */
const KEPT_MAX = 32;

/** What a station has told this process of its connectors, at most since it booted: whether its clock is right shows by that. */
export class ToldTimes {
  private bootedMs: number | undefined;
  private told: readonly ToldTime[] = [];

  booted(receivedAt: string): void {
    this.bootedMs = Date.parse(receivedAt);
    this.told = [];
  }

  /** @param at by the station's clock */
  said(at: string, receivedAt: string): void {
    const receivedMs = Date.parse(receivedAt);
    this.told = [...this.told, { receivedMs, lateMs: receivedMs - Date.parse(at) }].slice(-KEPT_MAX);
  }

  /** When it booted last, and what it told since, as far as both were before some moment. */
  before(atMs: number): { bootedMs: number | undefined; told: readonly ToldTime[] } {
    const bootedMs = this.bootedMs !== undefined && this.bootedMs < atMs ? this.bootedMs : undefined;
    return { bootedMs, told: this.told.filter(({ receivedMs }) => receivedMs < atMs) };
  }
}
