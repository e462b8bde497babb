import type { Event, IdToken } from '@chargemesh/contracts';
import { NotDurable, type Requests } from '@chargemesh/messaging';
import { v7 as uuidv7 } from 'uuid';
import type { Call } from '../station/call.js';

/** Where questions are asked, and by when an answer is of use. */
export interface Asking {
  readonly requests: Pick<Requests, 'ask' | 'replyTo'>;
  readonly now: () => Date;
  readonly deadlineMs: number;
}

/** What every question about a token says: who asks, about what, and until when. */
export function questionAbout(call: Call, idToken: IdToken, { requests: { replyTo }, now, deadlineMs }: Asking) {
  const asked = now();
  const at = asked.toISOString();
  const expiresAt = new Date(asked.getTime() + deadlineMs).toISOString();
  const data = { requestId: uuidv7(), replyTo, expiresAt, stationId: call.stationId, idToken, at };
  return { operatorId: call.operatorId, time: at, traceparent: call.traceparent, data };
}

/** The answer; undefined when none came in time, or the question could not be asked. */
export function answerTo<Reply>(
  request: Event<string, { requestId: string; replyTo: string; expiresAt: string }>,
  { requests }: Asking,
): Promise<Reply | undefined> {
  return requests.ask<Reply>(request).catch((error: unknown) => {
    if (error instanceof NotDurable) return undefined;
    throw error;
  });
}
