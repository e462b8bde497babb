import {
  AuthorizeRequested,
  type AuthorizationStatus,
  type DataOf,
  type IdToken,
  type AuthorizeAnswered,
  newEvent,
} from '@chargemesh/contracts';
import { wasUnstorable } from '@chargemesh/ocpp';
import type { Call } from '../station/call.js';
import { type Asking, answerTo, questionAbout } from './question.js';

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
}

/** Of a token that nobody can have, and that nobody is asked about. */
export const REFUSED: Authorization = { status: 'Invalid', by: 'sessions' };

export interface AuthorizerOptions extends Asking {
  /** What a station of this operator is told when nobody answers in time. */
  readonly defaultOf: (operatorId: string) => Promise<AuthorizationStatus> | AuthorizationStatus;
  /** Told about questions that nobody answered. */
  readonly unanswered: (call: Call) => void;
}

/**
 * Asks sessions, within a deadline; silence is answered by the operator's documented default. A token with characters
 * that no token has is refused: the default is for times without an answer, not for questions that have none.
 */
export function authorizer({ defaultOf, unanswered, ...asking }: AuthorizerOptions) {
  return async (call: Call, { idToken, evseId, transactionId }: TokenQuery): Promise<Authorization> => {
    if (wasUnstorable(idToken.value)) return REFUSED;
    const { data, ...about } = questionAbout(call, idToken, asking);
    const request = newEvent(AuthorizeRequested, {
      ...about,
      data: {
        ...data,
        ...(evseId === undefined ? {} : { evseId }),
        ...(transactionId === undefined ? {} : { transactionId }),
      },
    });
    const reply = await answerTo<DataOf<typeof AuthorizeAnswered>>(request, asking);
    if (!reply) {
      unanswered(call);
      return { status: await defaultOf(call.operatorId), by: 'default' };
    }
    const { status, groupId, cacheUntil } = reply;
    return { status, by: 'sessions', ...(groupId ? { groupId } : {}), ...(cacheUntil ? { cacheUntil } : {}) };
  };
}
