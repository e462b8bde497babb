import { CdrIssued, StationId, Uuid } from '@chargemesh/contracts';
import { PageQuery } from '@chargemesh/service';
import { Type } from 'typebox';

const { cdrId: _cdrId, ...members } = CdrIssued.schema.properties;

/** A CDR as it was issued. */
export const CdrView = Type.Object({ id: Uuid, ...members });

export const CdrParams = Type.Object({ id: Uuid });

export const CdrsQuery = Type.Object({
  ...PageQuery,
  sessionId: Type.Optional(Uuid),
  stationId: Type.Optional(StationId),
});
