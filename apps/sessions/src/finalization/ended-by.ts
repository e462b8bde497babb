import { anyCase } from '@chargemesh/contracts';
import { type Grouped, areOfOneGroup } from '../transactions/groups.js';
import type { Session } from '../transactions/session.js';

/** Said of a session whose end names a token that is neither that of its driver nor of its group. */
export const ENDED_BY_ANOTHER = 'ended-by-another';

/** The tokens that ended a session and are not that of its driver. */
export function othersOf({ token, endedBy }: Pick<Session, 'token' | 'endedBy'>): string[] {
  return token ? endedBy.filter((uid) => uid !== anyCase(token.uid)) : [];
}

/**
 * Whether somebody else ended it, who may be another driver: whoever is of the group of a driver may end what that began.
 * @param groupsOf those of the tokens that ended it
 */
export function isEndedByAnother(
  session: Pick<Session, 'token' | 'endedBy'>,
  groupsOf: ReadonlyMap<string, Grouped>,
): boolean {
  return othersOf(session).some((uid) => !areOfOneGroup(session.token, groupsOf.get(uid)));
}
