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
  /** `pending` until the station has answered or the time is over. */
  status: oneOf('pending', 'accepted', 'rejected', 'not-supported', 'timed-out', 'failed'),
  requestedAt: Instant,
  expiresAt: Instant,
  finishedAt: Type.Optional(Instant),
  detail: Type.Optional(text(512)),
});

export const RemoteParams = Type.Object({ id: Uuid });
