import { Outcome } from '@chargemesh/commands';
import { EvseId, StationId, Uuid, oneOf, text } from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
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
  /** What is `unknown` or `timed-out` becomes `accepted` when the session shows that it was done. */
  ...Outcome,
});

export const RemoteParams = Type.Object({ id: Uuid });

nameSchemas({ RemoteStartBody, RemoteRequest: RemoteView });
