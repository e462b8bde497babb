/** A call to another system, written in the transaction of the change (as an outbox row) and made afterwards. */
export interface OutboundCall {
  readonly operatorId: string;
  /** Who is called, by kind and id (`partner:…`, `webhook:…`): its calls share a bound, a breaker and a `Retry-After`. */
  readonly destination: string;
  /** Calls of a destination that have it in common are made one after the other, as they were written. */
  readonly orderKey: string;
  /** Names the handler that makes it. */
  readonly kind: string;
  /** What the handler needs, as JSON. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Of the calls that wait in the same order under the same key only the newest is made. */
  readonly coalesceKey?: string | undefined;
  /** After it the call is not made any more; seven days after it was written, if absent. */
  readonly expiresAt?: Date | undefined;
}

/** A call as its handler gets it. */
export interface CallInHand {
  /** The same in every attempt: the idempotency key towards the destination. */
  readonly callId: string;
  readonly operatorId: string;
  readonly destination: string;
  readonly orderKey: string;
  readonly kind: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** From 1. */
  readonly attempt: number;
}

/** The result of an attempt. */
export type Outcome =
  | { readonly result: 'delivered'; readonly status?: number | undefined; readonly answer?: string | undefined }
  /** Not retryable: the destination would refuse the same call again. */
  | { readonly result: 'rejected'; readonly status?: number | undefined; readonly answer?: string | undefined }
  | Failed;

/** Retryable. */
export interface Failed {
  readonly result: 'failed';
  readonly status?: number | undefined;
  readonly answer?: string | undefined;
  readonly error: string;
  /** The destination as a whole throttles us (HTTP 429 or 503); for how long, where it says so (`Retry-After`). */
  readonly throttled?: { readonly milliseconds?: number | undefined } | undefined;
}

/** Makes the calls of one kind. An error that it throws is retryable. The signal aborts what takes too long. */
export type CallHandler = (call: CallInHand, signal: AbortSignal) => Promise<Outcome>;

/**
 * `superseded`: a newer one of its coalesce key took its place. `expired`: it failed until its time was over.
 * `discarded`: somebody gave it up.
 */
export const callStates = ['waiting', 'delivered', 'rejected', 'superseded', 'expired', 'discarded'] as const;
export type CallState = (typeof callStates)[number];
