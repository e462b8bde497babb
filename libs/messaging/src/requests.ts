import type { Event } from '@chargemesh/contracts';

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
