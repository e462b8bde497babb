/** What one sender may send before its socket is not read for a while (back-pressure). Bursts are what it may send at once. */
export interface InboundRateLimits {
  messagesPerS: number;
  messagesBurst: number;
  bytesPerS: number;
  bytesBurst: number;
  /** Entries of lists in messages, such as values of meters. */
  entriesPerS: number;
  entriesBurst: number;
  /** Messages that cannot be read: more than this at once, or a tenth of it a minute, and the connection ends. */
  unreadableBurst: number;
}

export const inboundRateLimits: InboundRateLimits = {
  messagesPerS: 100,
  messagesBurst: 1_000,
  bytesPerS: 4_000_000,
  bytesBurst: 8_000_000,
  entriesPerS: 1_000,
  entriesBurst: 60_000,
  unreadableBurst: 20,
};

const SECOND_MS = 1_000;
/** A message beyond this counts as several: parsing it blocks the event loop for all stations. */
const LARGE_BYTES = 512_000;
const BYTES_PER_MESSAGE = 2_000;
const UNREADABLE_PERIOD_MS = 600_000;

/**
 * Token buckets of one sender, for messages, for bytes and for entries of lists, each as the time at which it would be full again (GCRA). One
 * per station and not per connection, so that reconnecting does not refill them.
 */
export class InboundRateLimiter {
  private messagesFullAt = 0;
  private bytesFullAt = 0;
  private entriesFullAt = 0;
  private unreadableFullAt = 0;

  constructor(
    private readonly limits: InboundRateLimits = inboundRateLimits,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Counts a message, or what is worth several; returns `waitMs`. */
  took(bytes: number, messages = 1): number {
    const { messagesPerS, bytesPerS } = this.limits;
    const now = this.now();
    const worth = messages + Math.max(0, bytes - LARGE_BYTES) / BYTES_PER_MESSAGE;
    this.messagesFullAt = Math.max(this.messagesFullAt, now) + (worth * SECOND_MS) / messagesPerS;
    this.bytesFullAt = Math.max(this.bytesFullAt, now) + (bytes * SECOND_MS) / bytesPerS;
    return this.waitAt(now);
  }

  /** Counts the entries of the lists in a message that was counted already; returns `waitMs`. */
  tookEntries(entries: number): number {
    const now = this.now();
    this.entriesFullAt = Math.max(this.entriesFullAt, now) + (entries * SECOND_MS) / this.limits.entriesPerS;
    return this.waitAt(now);
  }

  /** For how long the socket is not to be read, in milliseconds. */
  get waitMs(): number {
    return this.waitAt(this.now());
  }

  private waitAt(now: number): number {
    const { messagesPerS, messagesBurst, bytesPerS, bytesBurst, entriesPerS, entriesBurst } = this.limits;
    const messages = this.messagesFullAt - now - (messagesBurst * SECOND_MS) / messagesPerS;
    const bytes = this.bytesFullAt - now - (bytesBurst * SECOND_MS) / bytesPerS;
    const entries = this.entriesFullAt - now - (entriesBurst * SECOND_MS) / entriesPerS;
    return Math.max(0, messages, bytes, entries);
  }

  /** Counts a message that cannot be read; tells whether there are more than anybody sends by mistake. */
  tookUnreadable(): boolean {
    const now = this.now();
    const each = UNREADABLE_PERIOD_MS / this.limits.unreadableBurst;
    const fullAt = Math.max(this.unreadableFullAt, now) + each;
    // What was refused is not counted, so that the wait does not grow without end.
    if (fullAt - now > UNREADABLE_PERIOD_MS) return true;
    this.unreadableFullAt = fullAt;
    return false;
  }
}
