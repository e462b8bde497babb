import { isDeepStrictEqual } from 'node:util';
import { anyCase } from '@chargemesh/contracts';
import { problem } from '@chargemesh/service';
import type { Assignment } from './assignment.entity.js';

/**
 * Whether the assignment says something new. Throws the problem of one that makes no sense, rewrites history, or is
 * valid while another one of the same target and audience is.
 */
export function changes(known: Assignment | null, next: Assignment, others: readonly Assignment[], now: Date): boolean {
  if (known && isDeepStrictEqual({ ...known }, { ...next, version: known.version })) return false;
  demandSense(next);
  if (known) demandHistoryKept(known, next, now);
  const conflict = conflictOf(others, next);
  if (conflict) throw problem('assignment-conflict', { assignmentId: conflict.assignmentId });
  return true;
}

const PLACE = ['locationGroupId', 'locationId', 'stationId', 'evseId'] as const;
const TARGETS: Readonly<Record<Assignment['scope'], readonly (typeof PLACE)[number][]>> = {
  operator: [],
  'location-group': ['locationGroupId'],
  location: ['locationId'],
  evse: ['stationId', 'evseId'],
};

const PEOPLE = ['contractId', 'groupId', 'countryCode', 'partyId'] as const;
const AUDIENCES: Readonly<Record<Assignment['audience'], readonly (typeof PEOPLE)[number][]>> = {
  everybody: [],
  'ad-hoc': [],
  partner: ['countryCode', 'partyId'],
  'token-group': ['groupId', 'countryCode', 'partyId'],
  contract: ['contractId', 'countryCode', 'partyId'],
};

/** Throws the problem of a target or audience that does not name what it needs, or of a validity that is none. */
function demandSense(next: Assignment): void {
  const { scope, audience, validFrom, validTo } = next;
  if (!PLACE.every((part) => (next[part] !== null) === TARGETS[scope].includes(part)))
    throw problem('bad-request', { detail: `the target does not name its ${scope} and nothing else` });
  if (!PEOPLE.every((part) => (next[part] !== null) === AUDIENCES[audience].includes(part)))
    throw problem('bad-request', { detail: `the audience does not name its ${audience} and nothing else` });
  if (validTo !== null && validTo <= validFrom)
    throw problem('bad-request', { detail: 'validTo is not after validFrom' });
}

/**
 * Throws the problem of changing what sessions may have been priced by: of an assignment that has begun only the end can
 * be moved, and not into the past.
 */
function demandHistoryKept(known: Assignment, next: Assignment, now: Date): void {
  if (known.validFrom > now && next.validFrom > now) return;
  const kept = (['tariffId', 'scope', 'audience', ...PLACE, ...PEOPLE] as const).every(
    (part) => known[part] === next[part],
  );
  if (!kept || known.validFrom.getTime() !== next.validFrom.getTime()) {
    throw problem('assignment-begun', { detail: 'end this one with validTo and make another one' });
  }
  const endMoved = known.validTo?.getTime() !== next.validTo?.getTime();
  const past = [known.validTo, next.validTo].some((end) => end !== null && end < now);
  if (endMoved && past) throw problem('assignment-begun', { detail: 'an end cannot be moved out of or into the past' });
}

/** Another assignment of the same target and audience whose validity overlaps. */
function conflictOf(others: readonly Assignment[], next: Assignment): Assignment | undefined {
  return others.find(
    (other) =>
      other.assignmentId !== next.assignmentId &&
      other.scope === next.scope &&
      other.audience === next.audience &&
      PLACE.every((part) => other[part] === next[part]) &&
      PEOPLE.every((part) => anyCase(other[part] ?? '') === anyCase(next[part] ?? '')) &&
      (other.validTo === null || other.validTo > next.validFrom) &&
      (next.validTo === null || next.validTo > other.validFrom),
  );
}
