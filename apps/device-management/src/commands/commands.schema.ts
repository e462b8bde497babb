import { Command, Instant, StationId, Uuid, oneOf, text } from '@chargemesh/contracts';
import { Type, type Static } from 'typebox';

export const CommandView = Type.Object({
  commandId: Uuid,
  stationId: StationId,
  command: Command,
  status: oneOf('pending', 'accepted', 'rejected', 'not-supported', 'timed-out', 'failed', 'unknown'),
  requestedAt: Instant,
  expiresAt: Instant,
  finishedAt: Type.Optional(Instant),
  /** The station's own words: its status, its reason, an error code. */
  detail: Type.Optional(text(512)),
  /** The answer as the station gave it. */
  answer: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export type CommandView = Static<typeof CommandView>;

export const CommandParams = Type.Object({ commandId: Uuid });

export const CommandQuery = Type.Object({
  /** How long the station has to answer, in seconds. */
  timeoutS: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_600 })),
});
