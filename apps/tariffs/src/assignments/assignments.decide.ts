import { isDeepStrictEqual } from 'node:util';
import type { AssignmentTarget } from '@chargemesh/contracts';
import { problem } from '@chargemesh/service';
import type { Assignment } from './assignment.entity.js';

/** Narrowest first. */
const SCOPES: readonly AssignmentTarget['scope'][] = ['evse', 'location', 'operator'];

/** Of those that apply the one with the narrowest target. */
export function narrowest<One extends { readonly scope: AssignmentTarget['scope'] }>(
  applying: readonly One[],
): One | undefined {
  for (const scope of SCOPES) {
    const found = applying.find((one) => one.scope === scope);
    if (found) return found;
  }
  return undefined;
}

/**
 * Whether the assignment says something new. Throws the problem of one that makes no sense, rewrites history, or is
 * valid while another one of the same target is.
 */
export function changes(known: Assignment | null, next: Assignment, others: readonly Assignment[], now: Date): boolean {
  if (known && isDeepStrictEqual({ ...known }, { ...next, version: known.version })) return false;
  demandSense(next);
  if (known) demandHistoryKept(known, next, now);
  const conflict = conflictOf(others, next);
  if (conflict) throw problem('assignment-conflict', { assignmentId: conflict.assignmentId });
  return true;
}

/** Throws the problem of a target that does not name what its scope needs, or of a validity that ends before it begins. */
function demandSense({ scope, locationId, stationId, evseId, validFrom, validTo }: Assignment): void {
  const named = {
    operator: locationId === null && stationId === null && evseId === null,
    location: locationId !== null && stationId === null && evseId === null,
    evse: locationId === null && stationId !== null && evseId !== null,
  }[scope];
  if (!named) throw problem('bad-request', { detail: `the target does not name its ${scope} and nothing else` });
  if (validTo !== null && validTo <= validFrom)
    throw problem('bad-request', { detail: 'validTo is not after validFrom' });
}

/**
 * Throws the problem of changing what sessions may have been priced by: of an assignment that has begun only the end can
 * be moved, and not into the past.
 */
function demandHistoryKept(known: Assignment, next: Assignment, now: Date): void {
  if (known.validFrom > now && next.validFrom > now) return;
  const kept = (['tariffId', 'scope', 'locationId', 'stationId', 'evseId'] as const).every(
    (part) => known[part] === next[part],
  );
  if (!kept || known.validFrom.getTime() !== next.validFrom.getTime()) {
    throw problem('assignment-begun', { detail: 'end this one with validTo and make another one' });
  }
  const endMoved = known.validTo?.getTime() !== next.validTo?.getTime();
  const past = [known.validTo, next.validTo].some((end) => end !== null && end < now);
  if (endMoved && past) throw problem('assignment-begun', { detail: 'an end cannot be moved out of or into the past' });
}

/** Another assignment of the same target whose validity overlaps. */
function conflictOf(others: readonly Assignment[], next: Assignment): Assignment | undefined {
  return others.find(
    (other) =>
      other.assignmentId !== next.assignmentId &&
      other.scope === next.scope &&
      other.locationId === next.locationId &&
      other.stationId === next.stationId &&
      other.evseId === next.evseId &&
      (other.validTo === null || other.validTo > next.validFrom) &&
      (next.validTo === null || next.validTo > other.validFrom),
  );
}
