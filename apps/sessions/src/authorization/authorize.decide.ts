import type { AuthorizationStatus } from '@chargemesh/contracts';
import type { Token } from '../tokens/token.entity.js';

export interface Verdict {
  readonly status: AuthorizationStatus;
  readonly groupId?: string;
  /** How long the station may keep the answer. */
  readonly cacheUntil?: Date;
}

export interface AuthorizationRequest {
  /** Tokens of the operator with the uid that was read, of one party or several. */
  readonly tokens: readonly Token[];
  readonly now: Date;
  /** The token charges in another transaction, where that is not allowed. */
  readonly chargingElsewhere: boolean;
}

/** Whether a token may charge. Of several parties' tokens with one uid any that may is enough. */
export function authorize({ tokens, now, chargingElsewhere }: AuthorizationRequest): Verdict {
  const verdicts = tokens.map((token) => verdictOn(token, now));
  const accepted = verdicts.find(({ status }) => status === 'Accepted');
  if (accepted) return chargingElsewhere ? { ...accepted, status: 'ConcurrentTx' } : accepted;
  return verdicts[0] ?? { status: 'Unknown' };
}

function verdictOn({ valid, groupId, expiresAt }: Token, now: Date): Verdict {
  const about = { ...(groupId === null ? {} : { groupId }), ...(expiresAt === null ? {} : { cacheUntil: expiresAt }) };
  if (!valid) return { ...about, status: 'Blocked' };
  return { ...about, status: expiresAt !== null && expiresAt <= now ? 'Expired' : 'Accepted' };
}
