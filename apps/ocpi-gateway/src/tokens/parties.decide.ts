import type { PartyRole } from '@chargemesh/ocpi';

interface Party {
  readonly countryCode: string;
  readonly partyId: string;
}

/** Who a partner is, and who else there is. */
export interface Parties {
  /** The operator's own. */
  readonly own: Party | undefined;
  readonly partner: Party & { readonly roles: readonly string[] };
  /** As the partner named itself when it connected. */
  readonly roles: readonly PartyRole[];
  readonly hubPartyId: string | undefined;
  /** Of the operator's other partners. */
  readonly others: readonly Party[];
}

/**
 * Whether a partner may tell of the tokens of a party: its own, and those whose roles it has named, but none that is another
 * partner's, whom the operator knows by it. Hubs show themselves alone, and tell of whoever is behind them.
 */
export function mayTellOf(party: Party, { own, partner, roles, hubPartyId, others }: Parties): boolean {
  if (own && isSame(party, own)) return false;
  if (isSame(party, partner)) return true;
  if (others.some((other) => isSame(party, other))) return false;
  const isHub = hubPartyId !== undefined || [...partner.roles, ...roles.map(({ role }) => role)].includes('HUB');
  return isHub || roles.some((role) => isSame(party, role));
}

function isSame(one: Party, other: Party): boolean {
  return one.countryCode === other.countryCode && one.partyId === other.partyId;
}
