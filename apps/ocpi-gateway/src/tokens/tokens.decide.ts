import { isDeepStrictEqual } from 'node:util';
import { PartnerTokenState, anyCase, newEvent } from '@chargemesh/contracts';
import type { Token230 } from '@chargemesh/ocpi';
import type { Static } from 'typebox';
import { type Parties, takesOver } from './parties.decide.js';

type Said = Static<typeof Token230>;

/** A token as a partner told of it. */
export interface StoredToken {
  readonly operatorId: string;
  readonly countryCode: string;
  readonly partyId: string;
  readonly anyCaseUid: string;
  readonly type: Said['type'];
  /** As it was spelled first. */
  readonly uid: string;
  readonly version: number;
  readonly partnerId: string;
  readonly token: Said;
  readonly lastUpdated: Date;
  /** When the partner told of it last. */
  readonly toldAt: Date;
  /** Since when it is in the partner's whole list no more. */
  readonly missingSince: Date | null;
}

interface Teller extends Pick<Parties, 'partner' | 'others'> {
  readonly operatorId: string;
  readonly partnerId: string;
}

/**
 * What tokens become that a partner tells of. What was told later stays; what is told again counts again, if it was missing. Another
 * partner's are taken over where they may be.
 * @param known those of the same keys
 */
export function told(known: readonly StoredToken[], said: readonly Said[], teller: Teller, now: Date): StoredToken[] {
  const before = new Map(known.map((token) => [keyOf(token), token]));
  const changed = new Map<string, StoredToken>();
  for (const token of said) {
    const one = storedOf(token, teller, now);
    const key = keyOf(one);
    const [first, latest] = [before.get(key), changed.get(key) ?? before.get(key)];
    if (latest && !isNews(latest, one, teller)) continue;
    changed.set(key, { ...one, uid: first?.uid ?? one.uid, version: (first?.version ?? 0) + 1 });
  }
  return [...changed.values()];
}

/** What becomes of tokens that a partner has told of last before then, and has no longer in its whole list. */
export function missing(
  known: readonly StoredToken[],
  { partnerId }: Pick<Teller, 'partnerId'>,
  before: Date,
  now: Date,
): StoredToken[] {
  return known
    .filter((token) => token.partnerId === partnerId && token.missingSince === null && token.toldAt < before)
    .map((token) => ({ ...token, version: token.version + 1, missingSince: now }));
}

/** What is told of a token to those who charge by it. */
export function stateOf({ operatorId, token, missingSince, ...stored }: StoredToken, now: Date) {
  const { visual_number: visualNumber, group_id: groupId } = token;
  const { partnerId, countryCode, partyId, type, uid, version } = stored;
  return newEvent(PartnerTokenState, {
    ...{ operatorId, time: now.toISOString() },
    data: {
      ...{ operatorId, partnerId, countryCode, partyId, type, uid, version, deleted: false },
      ...{ contractId: token.contract_id, issuer: token.issuer, whitelist: token.whitelist },
      ...(groupId === undefined ? {} : { groupId }),
      ...(visualNumber === undefined ? {} : { visualNumber }),
      valid: token.valid && missingSince === null,
    },
  });
}

function isNews(before: StoredToken, one: StoredToken, teller: Teller): boolean {
  const { token, lastUpdated } = one;
  if (before.partnerId !== one.partnerId) {
    const when = takesOver(one, before.partnerId, teller);
    return (
      when === 'always' || (when === 'if later' && (lastUpdated > before.lastUpdated || before.missingSince !== null))
    );
  }
  if (lastUpdated < before.lastUpdated) return false;
  return before.missingSince !== null || !isDeepStrictEqual(before.token, token);
}

function storedOf(token: Said, { operatorId, partnerId }: Teller, now: Date): StoredToken {
  const { country_code: countryCode, party_id: partyId, uid, type } = token;
  return {
    ...{ operatorId, partnerId, countryCode, partyId, uid, type, anyCaseUid: anyCase(uid), version: 1 },
    ...{ token, lastUpdated: new Date(token.last_updated), toldAt: now, missingSince: null },
  };
}

function keyOf({ countryCode, partyId, anyCaseUid, type }: StoredToken): string {
  return [countryCode, partyId, type, anyCaseUid].join('/');
}
