import { Instant, Note, Uuid, oneOf, text } from '@chargemesh/contracts';
import { versionNumbers } from '@chargemesh/ocpi';
import { nameSchemas } from '@chargemesh/service';
import { type Static, Type } from 'typebox';

export const HeldCdrParams = Type.Object({ cdrId: Uuid });

/** Why. */
export const DecisionBody = Type.Object({
  note: Note,
});

export const HeldCdrView = Type.Object({
  cdrId: Uuid,
  number: text(39),
  sessionId: Uuid,
  stationId: text(48),
  heldAt: Instant,
  /** By version of OCPI: in these it is, or was, not sent. */
  reasons: Type.Partial(
    Type.Object(Object.fromEntries(versionNumbers.map((version) => [version, Type.Array(text(300))]))),
  ),
  /** Absent while it waits. */
  decision: Type.Optional(
    Type.Object({ as: oneOf('released', 'dropped'), by: text(255), at: Instant, note: text(500) }),
  ),
});
export type HeldCdrView = Static<typeof HeldCdrView>;

nameSchemas({ HeldCdrDecisionBody: DecisionBody, HeldCdr: HeldCdrView });
