import type { AuthorizationStatus } from '@chargemesh/contracts';
import type { Token } from '../tokens/token.entity.js';

export interface Verdict {
  readonly status: AuthorizationStatus;
  readonly groupId?: string;
  /** How long the station may keep the answer. */
  readonly cacheUntil?: Date;
}

/** Whether a token may charge. Of several parties' tokens with one uid any that may is enough. */
export function authorize(tokens: readonly Token[], now: Date): Verdict {
  const verdicts = tokens.map((token) => verdictOn(token, now));
  return verdicts.find(({ status }) => status === 'Accepted') ?? verdicts[0] ?? { status: 'Invalid' };
}

function verdictOn({ valid, groupId, expiresAt }: Token, now: Date): Verdict {
  const about = { ...(groupId === null ? {} : { groupId }), ...(expiresAt === null ? {} : { cacheUntil: expiresAt }) };
  if (expiresAt !== null && expiresAt <= now) return { ...about, status: 'Expired' };
  return { ...about, status: valid ? 'Accepted' : 'Blocked' };
}
