import { Instant, StationId, text } from '@chargemesh/contracts';
import { nameSchemas } from '@chargemesh/service';
import { Type, type Static } from 'typebox';

const deviation = {
  /** The OCPP action; of a command, its answer was read so. */
  action: text(50),
  /** What was read otherwise than it is written: `member-unknown`, `word-unknown`, `time-zone`, … (ADR 16). */
  rule: text(30),
  /** The last example: a JSON pointer into the payload, `*` for elements of lists, and what stood there. */
  path: text(255),
  word: Type.Optional(text(255)),
  /** Messages that were read so. */
  messages: Type.Integer({ minimum: 1 }),
  firstAt: Instant,
  lastAt: Instant,
};

export const DeviationView = Type.Object(deviation);
export type DeviationView = Static<typeof DeviationView>;

export const ModelDeviationView = Type.Object({
  /** As the stations say at boot; empty where they say none. */
  vendor: text(255),
  model: text(255),
  ...deviation,
  /** Stations of the model that are read so, and one of them. */
  stations: Type.Integer({ minimum: 1 }),
  stationId: StationId,
});
export type ModelDeviationView = Static<typeof ModelDeviationView>;

nameSchemas({ LenientReading: DeviationView, ModelLenientReading: ModelDeviationView });
