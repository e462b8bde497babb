import { EvseId, Instant, StationId, Uuid, oneOf, text } from '@chargemesh/contracts';
import { Type } from 'typebox';

export const RemoteStartBody = Type.Object({
  stationId: StationId,
  /** The station chooses, if absent. */
  evseId: Type.Optional(EvseId),
  tokenUid: Type.String({ minLength: 1, maxLength: 36 }),
});

export const RemoteView = Type.Object({
  id: Uuid,
  kind: oneOf('start', 'stop'),
  stationId: StationId,
  evseId: Type.Optional(EvseId),
  tokenUid: Type.Optional(text(36)),
  sessionId: Type.Optional(Uuid),
  /**
   * `pending` until the station has answered or the time is over. `unknown`: it may have reached the station, and no answer
   * says what that made of it. This and `timed-out` become `accepted` when the session shows that it was done.
   */
  status: oneOf('pending', 'accepted', 'rejected', 'not-supported', 'timed-out', 'failed', 'unknown'),
  requestedAt: Instant,
  expiresAt: Instant,
  finishedAt: Type.Optional(Instant),
  detail: Type.Optional(text(512)),
});

export const RemoteParams = Type.Object({ id: Uuid });
