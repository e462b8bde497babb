import { Instant, Uuid, text } from '@chargemesh/contracts';
import { versionNumbers } from '@chargemesh/ocpi';
import { PageQuery } from '@chargemesh/service';
import { type Static, Type } from 'typebox';

export const HeldCdrsQuery = Type.Object(PageQuery);
export type HeldCdrsQuery = Static<typeof HeldCdrsQuery>;

export const HeldCdrView = Type.Object({
  cdrId: Uuid,
  number: text(39),
  sessionId: Uuid,
  stationId: text(48),
  heldAt: Instant,
  /** By version of OCPI: in these it is not sent. */
  reasons: Type.Partial(
    Type.Object(Object.fromEntries(versionNumbers.map((version) => [version, Type.Array(text(300))]))),
  ),
});
export type HeldCdrView = Static<typeof HeldCdrView>;
