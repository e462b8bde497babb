/** Zones are apart by whole half hours, and a message on its way for some seconds. */
const ZONES_APART_MS = 1_800_000;
const ON_ITS_WAY_MS = 10_000;

/** Whether something is as late as what a clock of another zone tells at once: meter and connectors of a station may have one each. */
export function isByZone(lateMs: number): boolean {
  const over = lateMs % ZONES_APART_MS;
  return lateMs >= ZONES_APART_MS - ON_ITS_WAY_MS && Math.min(over, ZONES_APART_MS - over) <= ON_ITS_WAY_MS;
}

/** What was told, in ms: when it arrived, and how much later that was than the station's clock says. */
export interface ToldTime {
  readonly receivedMs: number;
  readonly lateMs: number;
}

/** The last are kept: what a station says of its connectors between a boot and the next start is less. */
const KEPT_MAX = 32;

/** So many transactions are kept. */
const TRANSACTIONS_MAX = 32;
/** What a queue brings comes so soon after what it brought before. */
export const SENT_NEXT_MS = 120_000;
/** No two things of one second come so far apart, unless they waited. */
const STANDS_STILL_MS = 60_000;

/** A clock that is off by less is left alone. */
const AT_ONCE_MS = 300_000;
/** Messages are on their way for less. */
const LESS_LATE_MS = 60_000;

/** The last time of a transaction that was told as it happened, and the connection on which it was told of last. */
interface ToldTransaction {
  readonly untilMs: number;
  readonly connectedMs: number;
}

/** When something arrived, and on which connection. */
interface Arrival {
  readonly receivedAt: string;
  readonly connectedAt: string;
}

/** What a station has told this process of its connectors, at most since it booted: whether its clock is right shows by that. */
export class ToldTimes {
  private bootedMs: number | undefined;
  private told: readonly ToldTime[] = [];
  /** In the last two minutes: what was later than something after it is left out. */
  private recent: readonly ToldTime[] = [];
  private readonly transactions = new Map<string, ToldTransaction>();
  private onConnection = { connectedMs: -Infinity, leastLateMs: Infinity, queueMs: -Infinity };

  booted(receivedAt: string): void {
    this.bootedMs = Date.parse(receivedAt);
    this.told = [];
  }

  /**
   * Of a connector.
   * @param at by the station's clock
   */
  said(at: string, arrival: Arrival): void {
    this.heard(at, arrival);
    const receivedMs = Date.parse(arrival.receivedAt);
    this.told = [...this.told, { receivedMs, lateMs: receivedMs - Date.parse(at) }].slice(-KEPT_MAX);
  }

  /** Of anything else, which is too much to be kept one by one. */
  heard(at: string, { receivedAt, connectedAt }: Arrival, transactionId?: string): void {
    const [atMs, receivedMs, connectedMs] = [at, receivedAt, connectedAt].map(Date.parse) as [number, number, number];
    const lateMs = receivedMs - atMs;
    if (transactionId !== undefined)
      this.ran(transactionId, Math.abs(lateMs) < AT_ONCE_MS ? atMs : -Infinity, connectedMs);
    const less = this.recent.filter((one) => one.lateMs < lateMs && receivedMs - one.receivedMs <= SENT_NEXT_MS);
    this.recent = [...less, { receivedMs, lateMs }].slice(-KEPT_MAX);
    const { leastLateMs, queueMs } = this.since(connectedMs);
    const isQueued = atMs < connectedMs && receivedMs - queueMs <= SENT_NEXT_MS;
    this.onConnection = {
      connectedMs,
      leastLateMs: Math.min(leastLateMs, lateMs),
      queueMs: isQueued ? receivedMs : queueMs,
    };
  }

  /** Whether it told of something in the last two minutes that was less late by more than a minute: its clock is right. */
  wasRight(receivedMs: number, lateMs: number): boolean {
    return this.recent.some((one) => receivedMs - one.receivedMs <= SENT_NEXT_MS && one.lateMs < lateMs - LESS_LATE_MS);
  }

  /** Whether a transaction was told of as it happened, longer after a moment than clocks are apart: that is not its end. */
  ranAfter(transactionId: string, atMs: number): boolean {
    return (this.transactions.get(transactionId)?.untilMs ?? -Infinity) - atMs >= AT_ONCE_MS;
  }

  /** Whether a transaction was told of on a connection. */
  ranOn(transactionId: string, connectedMs: number): boolean {
    return this.transactions.get(transactionId)?.connectedMs === connectedMs;
  }

  private ran(transactionId: string, atMs: number, connectedMs: number): void {
    const { transactions } = this;
    const untilMs = Math.max(atMs, transactions.get(transactionId)?.untilMs ?? -Infinity);
    transactions.delete(transactionId);
    transactions.set(transactionId, { untilMs, connectedMs });
    if (transactions.size > TRANSACTIONS_MAX) transactions.delete(transactions.keys().next().value as string);
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
