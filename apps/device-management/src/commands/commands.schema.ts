import { Outcome } from '@chargemesh/commands';
import { Command, StationId, Uuid, text } from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';

export const CommandView = Type.Object({
  commandId: Uuid,
  stationId: StationId,
  command: Command,
  ...Outcome,
  /** The answer as the station gave it. */
  answer: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  /** Of UnlockConnector: what to tell the driver who waits for it. */
  inWords: Type.Optional(Type.Object({ en: text(500), de: text(500) })),
});
export type CommandView = Static<typeof CommandView>;

export const CommandParams = Type.Object({ commandId: Uuid });

export const CommandQuery = Type.Object({
  /** How long the station has to answer, in seconds. */
  timeoutS: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_600 })),
});

nameSchemas({ Command, CommandState: CommandView });
