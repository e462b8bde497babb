import type { AuthorizationStatus, ChargingLimit } from '@chargemesh/contracts';
import { isElsewhere } from '../start-requests/start-request.entity.js';
import type { BegunStart } from '../start-requests/start-requests.store.js';
import type { Token } from '../tokens/token.entity.js';

export interface Verdict {
  readonly status: AuthorizationStatus;
  readonly groupId?: string;
  /** How long the station may keep the answer. */
  readonly cacheUntil?: Date;
  /** What the station is to hold the transaction to. */
  readonly limit?: Partial<ChargingLimit>;
}

/** Where a token is shown, and for which transaction, if it says so. */
export interface ShownAt {
  readonly stationId: string;
  readonly evseId?: number | undefined;
  readonly transactionId?: string | undefined;
}

export interface AuthorizationRequest {
  /** Tokens of the operator with the uid that was read, of one party or several. */
  readonly tokens: readonly Token[];
  /** The start that such a token was made for. */
  readonly start: BegunStart | undefined;
  readonly shownAt: ShownAt;
  readonly now: Date;
  /** A payment terminal of the station shows it, and vouches for it. */
  readonly isDirect?: boolean;
  /** The token charges in another transaction, where that is not allowed. */
  readonly chargingElsewhere: boolean;
}

/** Whether a token may charge. Of several parties' tokens with one uid any that may is enough. */
export function authorize({ tokens, start, shownAt, now, isDirect, chargingElsewhere }: AuthorizationRequest): Verdict {
  const entered = tokens.map((token) => (start ? verdictOnStart(token, start, shownAt, now) : verdictOn(token, now)));
  const verdicts: Verdict[] = isDirect && entered.length === 0 ? [{ status: 'Accepted' }] : entered;
  const accepted = verdicts.find(({ status }) => status === 'Accepted');
  if (accepted) return chargingElsewhere ? { ...accepted, status: 'ConcurrentTx' } : accepted;
  return verdicts[0] ?? { status: 'Unknown' };
}

/** A token that was made for a start begins one transaction, at its EVSE and in its time; that may go on for longer. */
function verdictOnStart(token: Token, start: BegunStart, shownAt: ShownAt, now: Date): Verdict {
  if (isElsewhere(start, shownAt)) return { status: 'NotAtThisLocation' };
  const isOver = start.transactionId !== shownAt.transactionId;
  const verdict: Verdict =
    start.sessionId === null || !token.valid ? verdictOn(token, now) : { status: isOver ? 'Expired' : 'Accepted' };
  return verdict.status === 'Accepted' ? { ...verdict, ...limitOf(start) } : verdict;
}

/**
 * The cost, where the station can hold to it or has not said whether it can (OCPP 2.1, E16.FR.12), else the energy. What it cannot is
 * left to who asked for the start, who has it stopped in any case.
 */
function limitOf({ chargingLimit, supportedLimits }: BegunStart): Pick<Verdict, 'limit'> {
  if (chargingLimit === null) return {};
  const { maxCost, maxEnergyWh } = chargingLimit;
  const can = (limit: string): boolean => supportedLimits === null || supportedLimits.includes(limit);
  if (can('maxcost')) return { limit: { maxCost } };
  return maxEnergyWh !== undefined && can('maxenergy') ? { limit: { maxEnergyWh } } : {};
}

/**
 * Partners are not asked yet, which is as if none answered: ALLOWED_OFFLINE lets a token charge then, NEVER does not. What the operator
 * entered is nobody else's to decide. OCPI 2.2.1 and 2.3.0, mod_tokens, WhitelistType.
 */
function verdictOn({ valid, groupId, expiresAt, whitelist, partnerId }: Token, now: Date): Verdict {
  const about = { ...(groupId === null ? {} : { groupId }), ...(expiresAt === null ? {} : { cacheUntil: expiresAt }) };
  if (!valid) return { ...about, status: 'Blocked' };
  if (partnerId !== null && whitelist === 'NEVER') return { ...about, status: 'Invalid' };
  return { ...about, status: expiresAt !== null && expiresAt <= now ? 'Expired' : 'Accepted' };
}
