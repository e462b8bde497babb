import { type SessionToken, anyCase } from '@chargemesh/contracts';

/** What tells the group of a token. */
export type Grouped = Pick<SessionToken, 'countryCode' | 'partyId' | 'groupId'>;

/** Whether two tokens are of one group: each party names its own. */
export function areOfOneGroup(one: Grouped | null | undefined, other: Grouped | null | undefined): boolean {
  if (!one?.groupId || !other?.groupId || anyCase(one.groupId) !== anyCase(other.groupId)) return false;
  return anyCase(one.countryCode) === anyCase(other.countryCode) && anyCase(one.partyId) === anyCase(other.partyId);
}
