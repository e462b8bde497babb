import {
  AuthorizeRequested,
  type AuthorizationStatus,
  type DataOf,
  type IdToken,
  type AuthorizeAnswered,
  newEvent,
} from '@chargemesh/contracts';
import { NotDurable, type Requests } from '@chargemesh/messaging';
import { v7 as uuidv7 } from 'uuid';
import type { Call } from '../station/call.js';

/** May this token charge here? */
export interface Question {
  readonly idToken: IdToken;
  readonly evseId?: number | undefined;
  /** Set when it is about a transaction: the same transaction is never concurrent to itself. */
  readonly transactionId?: string | undefined;
}

/** The answer, and whether somebody decided or the operator's default. */
export interface Authorization {
  readonly status: AuthorizationStatus;
  readonly by: 'sessions' | 'default';
  readonly groupId?: string;
  /** How long the station may keep the answer in its cache. */
  readonly cacheUntil?: string;
}

export interface AuthorizerOptions {
  readonly requests: Pick<Requests, 'ask' | 'replyTo'>;
  /** What a station of this operator is told when nobody answers in time. */
  readonly defaultOf: (operatorId: string) => Promise<AuthorizationStatus> | AuthorizationStatus;
  readonly now: () => Date;
  readonly deadlineMs: number;
  /** Told about questions that nobody answered. */
  readonly unanswered: (call: Call) => void;
}

/** Asks sessions, within a deadline; silence is answered by the operator's documented default. */
export function authorizer({ requests, defaultOf, now, deadlineMs, unanswered }: AuthorizerOptions) {
  return async (call: Call, question: Question): Promise<Authorization> => {
    const asked = now();
    const request = newEvent(AuthorizeRequested, {
      operatorId: call.operatorId,
      time: asked.toISOString(),
      traceparent: call.traceparent,
      data: {
        requestId: uuidv7(),
        replyTo: requests.replyTo,
        expiresAt: new Date(asked.getTime() + deadlineMs).toISOString(),
        stationId: call.stationId,
        idToken: question.idToken,
        at: asked.toISOString(),
        ...(question.evseId === undefined ? {} : { evseId: question.evseId }),
        ...(question.transactionId === undefined ? {} : { transactionId: question.transactionId }),
      },
    });
    const reply = await requests.ask<DataOf<typeof AuthorizeAnswered>>(request).catch((error: unknown) => {
      if (error instanceof NotDurable) return undefined;
      throw error;
    });
    if (!reply) {
      unanswered(call);
      return { status: await defaultOf(call.operatorId), by: 'default' };
    }
    const { status, groupId, cacheUntil } = reply;
    return { status, by: 'sessions', ...(groupId ? { groupId } : {}), ...(cacheUntil ? { cacheUntil } : {}) };
  };
}
