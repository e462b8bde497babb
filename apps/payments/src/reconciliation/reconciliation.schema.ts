import { Instant, Note, Uuid, oneOf, present, text } from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { type Static, Type } from 'typebox';
import type { Finding } from './finding.entity.js';
import { FINDING_KIND_NAMES } from './finding.kinds.js';

export const FindingItem = Type.Object({
  id: Uuid,
  kind: oneOf(...FINDING_KIND_NAMES),
  paymentId: Type.Optional(Uuid),
  sessionId: Type.Optional(Uuid),
  /** State and amounts as they were when it was seen last. */
  details: Type.Record(Type.String(), Type.Unknown()),
  since: Instant,
  seenAt: Instant,
  /** How many times it was seen. */
  times: Type.Integer({ minimum: 1 }),
  resolvedAt: Type.Optional(Instant),
  /** Absent of what was so no longer. */
  resolvedBy: Type.Optional(text(255)),
  note: Type.Optional(text(500)),
});
export type FindingItem = Static<typeof FindingItem>;

export const FindingPath = Type.Object({ findingId: Uuid });
export const Resolution = Type.Object({ note: Note });

export const ReconciliationReport = Type.Object({
  kinds: Type.Array(
    Type.Object({
      kind: oneOf(...FINDING_KIND_NAMES),
      /** What it means, in words. */
      about: text(200),
      open: Type.Integer({ minimum: 0 }),
      /** For how long the oldest of them is open, in seconds. */
      oldestS: Type.Number({ minimum: 0 }),
    }),
  ),
});
export type ReconciliationReport = Static<typeof ReconciliationReport>;

nameSchemas({ ReconciliationFinding: FindingItem, ReconciliationReport });

export function findingOf(finding: Finding): FindingItem {
  const { findingId: id, kind, details, times, paymentId, sessionId, resolvedBy, note } = finding;
  return {
    ...{ id, kind, times, details: { ...details } },
    ...{ since: finding.foundAt.toISOString(), seenAt: finding.seenAt.toISOString() },
    ...present({ paymentId, sessionId, resolvedBy, note, resolvedAt: finding.resolvedAt?.toISOString() }),
  };
}
