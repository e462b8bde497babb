import type { Event } from '@chargemesh/contracts';
import { NotDurable, type Producer } from './producer.js';

/** Asks a question over a request topic and waits for its reply, within a deadline. */
export interface Requests {
  /** Name of this process, to be put in the request's `replyTo`. */
  readonly replyTo: string;
  /**
   * Sends a request (`requestId`, `replyTo`, `expiresAt` in its data) and resolves with the reply's data,
   * or with undefined when `expiresAt` has passed. Rejects with `NotDurable` when the question could not be asked.
   */
  ask<Reply>(
    request: Event<string, { requestId: string; replyTo: string; expiresAt: string }>,
  ): Promise<Reply | undefined>;
  /** Hands in what a `Listens` handler of the reply topic read; replies to others are ignored. */
  settle(reply: Event<string, { requestId: string; replyTo: string }>): void;
}

/** Questions that may be open at once; more are refused. */
const OPEN_MAX = 10_000;

/** The questions of this process that are open. */
export class OpenRequests implements Requests {
  private readonly open = new Map<string, (reply: unknown) => void>();

  constructor(
    readonly replyTo: string,
    private readonly producer: Producer,
    private readonly now: () => Date,
  ) {}

  async ask<Reply>(
    request: Event<string, { requestId: string; replyTo: string; expiresAt: string }>,
  ): Promise<Reply | undefined> {
    const { requestId, expiresAt } = request.data;
    if (this.open.size >= OPEN_MAX) throw new NotDurable('too many questions are open');
    const remainingMs = Date.parse(expiresAt) - this.now().getTime();
    if (remainingMs <= 0) return undefined;
    let timer: NodeJS.Timeout | undefined;
    const reply = new Promise<unknown>((resolve) => {
      this.open.set(requestId, resolve);
      timer = setTimeout(resolve, remainingMs);
    });
    try {
      // A reply, or the deadline, may come before the log has said that it took the question.
      const sent = this.producer.send([request]).then(() => reply);
      return (await Promise.race([reply, sent])) as Reply | undefined;
    } finally {
      clearTimeout(timer);
      this.open.delete(requestId);
    }
  }

  settle(reply: Event<string, { requestId: string; replyTo: string }>): void {
    if (reply.data.replyTo !== this.replyTo) return;
    this.open.get(reply.data.requestId)?.(reply.data);
  }
}
