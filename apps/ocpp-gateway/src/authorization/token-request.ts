import type { Event, IdToken } from '@chargemesh/contracts';
import { NotDurable, type Requests } from '@chargemesh/messaging';
import { v7 as uuidv7 } from 'uuid';
import type { MessageContext } from '../station/message-context.js';

/** How requests about tokens are sent, and their deadline. */
export interface TokenRequests {
  readonly requests: Pick<Requests, 'ask' | 'replyTo'>;
  readonly now: () => Date;
  readonly deadlineMs: number;
}

/** The fields that all requests about a token have. */
export function tokenRequest(
  context: MessageContext,
  idToken: IdToken,
  { requests: { replyTo }, now, deadlineMs }: TokenRequests,
) {
  const asked = now();
  const at = asked.toISOString();
  const expiresAt = new Date(asked.getTime() + deadlineMs).toISOString();
  const data = { requestId: uuidv7(), replyTo, expiresAt, stationId: context.stationId, idToken, at };
  return { operatorId: context.operatorId, time: at, traceparent: context.traceparent, data };
}

/** The reply; undefined when none came in time, or the request could not be sent. */
export function awaitReply<Reply>(
  request: Event<string, { requestId: string; replyTo: string; expiresAt: string }>,
  { requests }: TokenRequests,
): Promise<Reply | undefined> {
  return requests.ask<Reply>(request).catch((error: unknown) => {
    if (error instanceof NotDurable) return undefined;
    throw error;
  });
}
