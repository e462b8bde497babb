import { CdrIssued, Instant, Uuid } from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { Type } from 'typebox';

const { cdrId: _cdrId, ...members } = CdrIssued.schema.properties;

/** A CDR as it was issued, and what was issued since because of it. */
export const CdrView = Type.Object({
  id: Uuid,
  ...members,
  creditedByCdrId: Type.Optional(Uuid),
  replacedByCdrId: Type.Optional(Uuid),
});

/** A correction that was asked for; it makes a credit and a replacement if the facts of the session say so. */
export const CorrectionView = Type.Object({ id: Uuid, cdrId: Uuid, sessionId: Uuid, requestedAt: Instant });

/** From when on what was issued is told again; and how much it is. */
export const ReplayBody = Type.Object({ since: Instant });
export const ReplayView = Type.Object({ replayed: Type.Integer() });

export const CdrParams = Type.Object({ id: Uuid });

nameSchemas({ Cdr: CdrView, CdrCorrection: CorrectionView, CdrReplayBody: ReplayBody, CdrReplay: ReplayView });
