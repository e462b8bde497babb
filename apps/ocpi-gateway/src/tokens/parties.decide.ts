import type { PartyRole } from '@chargemesh/ocpi';

interface Party {
  readonly countryCode: string;
  readonly partyId: string;
}

/** Who a partner is, and who else there is. */
export interface Parties {
  /** The operator's own. */
  readonly own: Party | undefined;
  /** As the operator entered it. */
  readonly partner: Party & { readonly roles: readonly string[] };
  /** As the partner named itself when it connected. */
  readonly roles: readonly PartyRole[];
  /** The operator's other partners. */
  readonly others: readonly (Party & { readonly partnerId: string })[];
}

/**
 * Whether a partner may tell of the tokens of a party: its own, and those whose roles it has named, but none that is another
 * partner's, whom the operator knows by it. A hub tells of whoever is behind it; it is one by the operator's word alone.
 */
export function mayTellOf(party: Party, { own, partner, roles, others }: Parties): boolean {
  if (own && isSame(party, own)) return false;
  if (isSame(party, partner)) return true;
  if (others.some((other) => isSame(party, other))) return false;
  return isHub(partner) || roles.some((role) => isSame(party, role));
}

/**
 * When a partner takes over a token that another one told of: always, if it is the one whom the operator knows by the token's
 * party; if it says something later, where both may tell of it; never by a role that it has given itself.
 */
export function takesOver(
  party: Party,
  tellerId: string,
  { partner, others }: Pick<Parties, 'partner' | 'others'>,
): 'always' | 'if later' | 'never' {
  const isOwn = isSame(party, partner);
  const isShared = others.some((other) => other.partnerId === tellerId && isSame(party, other));
  if (isOwn && !isShared) return 'always';
  return isOwn || isHub(partner) ? 'if later' : 'never';
}

function isHub({ roles }: Parties['partner']): boolean {
  return roles.includes('HUB');
}

function isSame(one: Party, other: Party): boolean {
  return one.countryCode === other.countryCode && one.partyId === other.partyId;
}
