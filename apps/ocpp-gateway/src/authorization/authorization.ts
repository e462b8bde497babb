import {
  AuthorizeRequested,
  type AuthorizationStatus,
  type DataOf,
  type IdToken,
  type AuthorizeAnswered,
  newEvent,
  present,
} from '@chargemesh/contracts';
import { wasUnstorable } from '@chargemesh/ocpp';
import type { MessageContext } from '../station/message-context.js';
import { type TokenRequests, awaitReply, tokenRequest } from './token-request.js';

/** May this token charge here? */
export interface TokenQuery {
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
  /** What the station is to hold the transaction to. */
  readonly limit?: DataOf<typeof AuthorizeAnswered>['limit'];
}

/** The answer about an unreadable token; sessions is not asked. */
export const REFUSED: Authorization = { status: 'Invalid', by: 'sessions' };

export interface AuthorizerOptions extends TokenRequests {
  /** The answer when sessions does not answer in time. */
  readonly defaultOf: (operatorId: string) => Promise<AuthorizationStatus> | AuthorizationStatus;
  /** Called when sessions did not answer in time. */
  readonly unanswered: (context: MessageContext) => void;
}

/**
 * Asks sessions by request-reply, within a deadline; after it the operator's default applies. A token with characters that
 * no token has is refused without asking, so that the default never accepts it.
 */
export function authorizer({ defaultOf, unanswered, ...requests }: AuthorizerOptions) {
  return async (context: MessageContext, { idToken, evseId, transactionId }: TokenQuery): Promise<Authorization> => {
    if (wasUnstorable(idToken.value)) return REFUSED;
    const { data, ...about } = tokenRequest(context, idToken, requests);
    const request = newEvent(AuthorizeRequested, {
      ...about,
      data: {
        ...data,
        ...(evseId === undefined ? {} : { evseId }),
        ...(transactionId === undefined ? {} : { transactionId }),
      },
    });
    const reply = await awaitReply<DataOf<typeof AuthorizeAnswered>>(request, requests);
    if (!reply) {
      unanswered(context);
      return { status: await defaultOf(context.operatorId), by: 'default' };
    }
    const { status, groupId, cacheUntil, limit } = reply;
    return { status, by: 'sessions', ...present({ groupId, cacheUntil, limit }) };
  };
}
