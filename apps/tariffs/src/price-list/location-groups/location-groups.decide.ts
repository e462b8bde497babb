import { problem } from '@chargemesh/service';

/** Which locations come and which go. */
export interface Moves {
  readonly joining: readonly string[];
  readonly leaving: readonly string[];
}

/** What becomes of a group's members when these are all of them. */
export function movesOf(known: readonly string[], next: readonly string[]): Moves {
  return {
    joining: next.filter((locationId) => !known.includes(locationId)),
    leaving: known.filter((locationId) => !next.includes(locationId)),
  };
}

/** Throws the problem of a location that is not the operator's, or is in a group already. */
export function demandFree(
  joining: readonly string[],
  known: ReadonlySet<string>,
  groups: ReadonlyMap<string, string>,
): void {
  const unknown = joining.find((locationId) => !known.has(locationId));
  if (unknown !== undefined) throw problem('location-unknown', { locationId: unknown });
  const grouped = joining.find((locationId) => groups.has(locationId));
  if (grouped !== undefined) {
    throw problem('location-grouped', { locationId: grouped, locationGroupId: groups.get(grouped) });
  }
}
